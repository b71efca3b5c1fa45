import { describe, expect, it } from 'vitest';
import type { ContainerConfig } from '../../../src/container/record.js';
import {
  adopted,
  askedToStart,
  askedToStop,
  awaitsRestart,
  type ContainerState,
  createdBy,
  ended,
  endedForGood,
  endedUnseen,
  failed,
  hasExited,
  isCreated,
  isDead,
  isOrphan,
  isPaused,
  isRunning,
  isUntried,
  leftCreated,
  lost,
  mayBeRetried,
  NEW_STATE,
  NOBODY,
  neverStarted,
  type ProcessName,
  paused,
  restarting,
  retried,
  STATUSES,
  started,
  startsAnew,
  thawed,
} from '../../../src/container/state.js';
import { STATE } from '../../../src/container/store/state-formats.js';
import { thisProcess } from '../../../src/state/ledger/ledger.js';
import { storedText } from '../../../src/state/stored.js';

type Status = ContainerState['status'];

interface Move {
  readonly make: (state: ContainerState, chance: Chance) => ContainerState;
  /** In these it means something; in all others it is the very state that it was. */
  readonly from: readonly Status[];
  /** The only fields that it may change. */
  readonly fields: readonly (keyof ContainerState)[];
  /** What it is then; as before where this is left out. */
  readonly to?: Status;
}

const STOPPED: readonly Status[] = ['created', 'exited'];
const RUNNING: readonly Status[] = ['running', 'paused'];
const END = ['status', 'init', 'owner', 'exitCode', 'finishedAt', 'oomKilled', 'error'] as const;
const START = ['startedAt', 'stopRequested', 'restarting', 'awaitsStart'] as const;

/** Everything that can happen to a container, sensible at that moment or not. */
const MOVES: Readonly<Record<string, Move>> = {
  started: {
    make: (state, { process, moment }) => started(state, { init: process(), owner: process(), startedAt: moment() }),
    from: STOPPED,
    fields: [...END, ...START],
    to: 'running',
  },
  failed: {
    make: (state, { below }) => failed(state, 125 + below(3), 'no such program'),
    from: STOPPED,
    fields: ['exitCode', 'error'],
  },
  leftCreated: { make: leftCreated, from: ['created'], fields: ['awaitsStart'] },
  paused: { make: paused, from: ['running'], fields: ['status'], to: 'paused' },
  thawed: { make: thawed, from: ['paused'], fields: ['status'], to: 'running' },
  askedToStop: { make: askedToStop, from: STATUSES, fields: ['stopRequested'] },
  askedToStart: { make: askedToStart, from: STOPPED, fields: ['restartCount', 'stopRequested'] },
  restarting: {
    make: (state, { process }) => restarting(state, process()),
    from: RUNNING,
    fields: ['restarting'],
  },
  retried: { make: retried, from: ['exited'], fields: ['restartCount'] },
  adopted: { make: (state, { process }) => adopted(state, process()), from: RUNNING, fields: ['owner'] },
  ended: {
    make: (state, { below, moment }) =>
      ended(state, { exitCode: below(3), finishedAt: moment(), oomKilled: below(2) === 0, error: '' }),
    from: STATUSES,
    fields: END,
    to: 'exited',
  },
  lost: {
    make: (state, { moment }) => lost(state, moment()),
    from: RUNNING,
    fields: END.filter((field) => field !== 'oomKilled'),
    to: 'exited',
  },
};

/** Random numbers that are the same in each run, and a clock that goes forward. */
interface Chance {
  readonly below: (limit: number) => number;
  readonly process: () => ProcessName;
  readonly moment: () => string;
}

/** The generator of Park and Miller, `minstd`. */
function chanceOf(seed: number): Chance {
  let [now, time] = [seed, Date.UTC(2026, 0)];
  const below = (limit: number) => {
    now = (now * 48_271) % 2_147_483_647;
    return now % limit;
  };
  const moment = () => {
    time += 1 + below(1_000);
    return new Date(time).toISOString();
  };
  return { below, moment, process: () => ({ pid: 1 + below(1_000), startTime: below(1_000) }) };
}

/** One move of a random history. */
interface Happened {
  readonly name: string;
  readonly move: Move;
  readonly before: ContainerState;
  readonly after: ContainerState;
}

/** The states are frozen, so that a move that changes the one before throws. */
function historyOf(seed: number, length: number): Happened[] {
  const chance = chanceOf(seed);
  const moves = Object.entries(MOVES);
  let state = Object.freeze(createdBy(chance.process()));
  return Array.from({ length }, () => {
    const [name, move] = moves[chance.below(moves.length)] as [string, Move];
    const before = state;
    state = Object.freeze(move.make(before, chance));
    return { name, move, before, after: state };
  });
}

const HAPPENED = Array.from({ length: 100 }, (_, i) => historyOf(i + 1, 40)).flat();
const REACHED = HAPPENED.map(({ after }) => after);
const FAILING = { detached: true, restart: { name: 'on-failure' } } as ContainerConfig;

/** Those of the states for which a rule does not hold. */
function against(rule: (state: ContainerState) => boolean): ContainerState[] {
  return REACHED.filter((state) => !rule(state));
}

function changed({ before, after }: Happened): string[] {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof ContainerState>;
  return [...fields].filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}

describe('the histories of these tests', () => {
  it('come to every state, and see every change do something in each state from which it can', () => {
    const seen = new Set(HAPPENED.filter(({ before, after }) => before !== after).map((one) => pair(one)));
    const wanted = Object.entries(MOVES).flatMap(([name, { from }]) => from.map((status) => `${name} ${status}`));
    expect([...seen].sort()).toEqual(wanted.sort());
    expect(new Set(REACHED.map(({ status }) => status))).toEqual(new Set(STATUSES));
  });

  const pair = ({ name, before }: Happened) => `${name} ${before.status}`;
});

describe('a change of a state', () => {
  it.each(Object.entries(MOVES))('%s is the very state before where it makes no sense', (name, { from }) => {
    const senseless = HAPPENED.filter((one) => one.name === name && !from.includes(one.before.status));
    expect(senseless.filter(({ before, after }) => before !== after)).toEqual([]);
  });

  it.each(Object.entries(MOVES))('%s leads where it should, and touches nothing else', (name, { fields, from, to }) => {
    const ours = HAPPENED.filter((one) => one.name === name && from.includes(one.before.status));
    expect(ours.filter(({ before, after }) => after.status !== (to ?? before.status))).toEqual([]);
    expect(new Set(ours.flatMap(changed))).toEqual(new Set(fields));
  });

  it('is a file that is read as it was written', () => {
    const read = (state: ContainerState) => STATE.parse(JSON.parse(storedText(state, STATE)), '');
    for (const state of REACHED) expect(read(state)).toStrictEqual(state);
  });
});

describe('a container', () => {
  it('has a first process, and somebody who waits for it, exactly as long as it runs', () => {
    expect(against((state) => isRunning(state) === (state.init !== NOBODY))).toEqual([]);
    expect(against((state) => hasExited(state) === (state.owner === NOBODY))).toEqual([]);
  });

  it('is one of created, running and exited, and paused only while it runs', () => {
    expect(against((state) => [isCreated, isRunning, hasExited].filter((is) => is(state)).length === 1)).toEqual([]);
    expect(against((state) => !isPaused(state) || isRunning(state))).toEqual([]);
    const pausing = HAPPENED.filter(({ before, after }) => isPaused(after) && !isPaused(before));
    expect(new Set(pausing.map(({ name, before }) => `${name}: ${before.status}`))).toEqual(
      new Set(['paused: running']),
    );
  });

  it('has a start when it runs, an end when it has exited, and the end comes after the start', () => {
    expect(against((state) => !isRunning(state) || (state.startedAt !== '' && state.finishedAt === ''))).toEqual([]);
    expect(against((state) => hasExited(state) === (state.finishedAt !== ''))).toEqual([]);
    expect(against((state) => !hasExited(state) || state.startedAt < state.finishedAt)).toEqual([]);
    expect(against((state) => !isCreated(state) || state.startedAt === '')).toEqual([]);
  });

  it('that is started has nothing of its last run but the count of restarts', () => {
    const [init, owner] = [1, 2].map((pid) => ({ pid, startTime: 0 })) as [ProcessName, ProcessName];
    const start = { init, owner, startedAt: '2026-02-01T00:00:00.000Z' };
    for (const state of REACHED.filter((one) => !isRunning(one))) {
      expect(started(state, start)).toEqual(started({ ...NEW_STATE, restartCount: state.restartCount }, start));
      expect(started(state, start)).toMatchObject({ ...start, stopRequested: false, restarting: NOBODY });
    }
  });

  it('that could not be started is no longer untried, and says why', () => {
    for (const state of REACHED.filter(isUntried)) {
      expect(failed(state, 127, 'no such program')).toEqual({ ...state, exitCode: 127, error: 'no such program' });
      expect(isUntried(failed(state, 127, 'no such program'))).toBe(false);
    }
  });
});

describe('a restart', () => {
  it('is counted one by one, by nothing else, and anew only when a person starts it', () => {
    const counted = HAPPENED.filter(({ before, after }) => before.restartCount !== after.restartCount);
    const steps = counted.map(({ name, before, after }) =>
      after.restartCount === 0 ? `${name} to 0` : `${name} by ${after.restartCount - before.restartCount}`,
    );
    expect(new Set(steps)).toEqual(new Set(['retried by 1', 'askedToStart to 0']));
  });

  it('never follows once somebody has asked it to stop, until it is started by hand', () => {
    for (const state of REACHED.map(askedToStop)) {
      expect([retried(state) === state, awaitsRestart({ config: FAILING, state })]).toEqual([true, false]);
      expect(mayBeRetried(askedToStart(state))).toBe(hasExited(state));
    }
  });

  it('follows a failure of what has ended, and nothing else', () => {
    const wanted = REACHED.filter((state) => awaitsRestart({ config: FAILING, state }));
    expect(wanted).toEqual(REACHED.filter((one) => hasExited(one) && one.exitCode !== 0 && !one.stopRequested));
    expect(wanted.length).toBeGreaterThan(100);
    for (const config of [
      { ...FAILING, detached: false },
      { ...FAILING, restart: { name: 'no' } as const },
    ])
      expect(REACHED.some((state) => awaitsRestart({ config, state }))).toBe(false);
  });

  it.each(['always', 'unless-stopped'] as const)('by %s follows every end that nobody asked for', (name) => {
    const config = { ...FAILING, restart: { name } };
    const wanted = REACHED.filter((state) => awaitsRestart({ config, state }));
    expect(wanted).toEqual(REACHED.filter(mayBeRetried));
    expect(wanted.some(({ exitCode }) => exitCode === 0)).toBe(true);
  });

  it('of what was stopped comes with a new daemon by always alone', () => {
    const stopped = REACHED.filter((state) => hasExited(state) && state.stopRequested);
    const anew = (['no', 'on-failure', 'unless-stopped', 'always'] as const).map((name) =>
      REACHED.filter((state) => startsAnew({ config: { ...FAILING, restart: { name } }, state })),
    );
    expect(anew).toEqual([[], [], [], stopped]);
    expect(stopped.length).toBeGreaterThan(100);
  });

  it.each([0, 1, 5])('by on-failure:%i follows that many times', (maximum) => {
    const { process, moment } = chanceOf(1);
    const config = { ...FAILING, restart: { name: 'on-failure', maximum } } as const;
    const run = (state: ContainerState) => {
      const running = started(state, { init: process(), owner: process(), startedAt: moment() });
      return ended(running, { exitCode: 1, finishedAt: moment(), oomKilled: false, error: '' });
    };
    let state = run(NEW_STATE);
    let restarts = 0;
    for (; restarts < 10 && awaitsRestart({ config, state }); restarts++) state = run(retried(state));
    expect([restarts, state.restartCount]).toEqual([maximum, maximum]);
  });
});

describe('what is asked about processes', () => {
  const all = () => true;
  const none = () => false;
  const only =
    (...living: readonly ProcessName[]) =>
    (process: ProcessName) =>
      living.includes(process);

  it('finds one dead by its first process, and unseen where its owner is gone too', () => {
    for (const state of REACHED.filter(isRunning)) {
      const { init, owner } = state;
      const asked = [isDead, endedUnseen, isOrphan];
      const told = [only(init, owner), only(owner), only(init), none].map((lives) =>
        asked.map((is) => is(state, lives)),
      );
      expect(told).toEqual([
        [false, false, false],
        [true, false, false],
        [false, false, true],
        [true, true, false],
      ]);
    }
  });

  it('says of one that does not run that it has no process to lose', () => {
    const asked = [isDead, endedUnseen, isOrphan];
    const told = REACHED.filter((state) => !isRunning(state)).filter((state) =>
      asked.some((is) => is(state, none) || is(state, all)),
    );
    expect(told).toEqual([]);
  });

  it('lets nothing be removed that runs, or that somebody is about to start', () => {
    expect(REACHED.filter(isRunning).filter((state) => endedForGood(state, none) || neverStarted(state, none))).toEqual(
      [],
    );
    for (const state of REACHED.filter(hasExited)) {
      expect(endedForGood(state, none)).toBe(true);
      expect(endedForGood(state, only(state.restarting ?? NOBODY))).toBe(false);
    }
    for (const state of REACHED.filter(isCreated)) {
      expect(neverStarted(state, only(state.owner))).toBe(false);
      expect(neverStarted(state, none)).toBe(state.error === '' && !state.awaitsStart);
    }
  });

  it('takes nobody for a process that lives, and asks /proc where it is handed no answer', () => {
    const self = { pid: process.pid, startTime: -1 };
    expect(endedForGood({ ...NEW_STATE, status: 'exited', restarting: NOBODY })).toBe(true);
    expect(isOrphan({ ...NEW_STATE, status: 'running', init: self })).toBe(false);
    expect(isDead({ ...NEW_STATE, status: 'running', init: self })).toBe(true);
    expect(isDead({ ...NEW_STATE, status: 'running', init: thisProcess() })).toBe(false);
  });

  it('has its answer in the state of one whose end nobody saw: exited, as if by SIGKILL, and how is unknown', () => {
    for (const state of REACHED.filter(isRunning)) {
      const after = lost(state, '2026-02-01T00:00:00.000Z');
      expect(after).toMatchObject({ exitCode: 137, error: expect.stringContaining('exit status unknown') });
      expect([hasExited(after), isDead(after, none)]).toEqual([true, false]);
    }
  });
});
