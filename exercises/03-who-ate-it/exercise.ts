import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Cgroup } from '../../src/cgroup/cgroup.js';
import { openTriedCgroups } from '../../src/cgroup/trial.js';
import { type Facts, type ShellStage, shellExercise } from '../../src/exercise/definition.js';
import { same } from '../../src/exercise/look.js';
import { UserError } from '../../src/kernel/errors/user-error.js';
import { start } from '../../src/kernel/process.js';
import type { Lab } from '../../src/lab/lab.js';
import { shell } from '../../src/lab/script.js';

type Id = 'spared' | 'frozen' | 'named';

export const whoAteIt = shellExercise({
  id: '03-who-ate-it',
  form: 'shell',
  facts: ['spared', 'frozen', 'named'],
  wrong: { 'largest-frozen': 'frozen', 'largest-named': 'named', squeezed: 'spared' },
  needsCgroup: true,
  async prepare(lab): Promise<ShellStage<Id>> {
    const answer = makeGroup(lab, 'answer');
    const [a, b, c] = Object.entries(SCRIPTS).map(([name, script]) => startEater(lab, name, script)) as Three;
    if (a.memory().peak === null) throw new UserError('The peak of memory is not kept here (v2, Linux 5.19).', 3);
    await lab.until(() => hasFreed(a) && b.memory().current > STEADY * MIB, PATIENCE);
    const groups = { a, b, c };
    return { given: givenOf(groups, answer), facts: factsOf(groups, answer) };
  },
});

type Three = [Cgroup, Cgroup, Cgroup];
type Groups = Readonly<Record<'a' | 'b' | 'c', Cgroup>>;

const MIB = 2 ** 20;
/** Each may have so much, in MiB: one grows to that in two minutes, one has had most of it, one keeps a part. */
const [LIMIT, PEAK, STEADY] = [128, 96, 32];
/** Milliseconds until they are that far, on a busy machine too. */
const PATIENCE = 10_000;

/** Takes memory, 1 MiB at a time, of builtins alone. */
const TAKE = `x=0123456789abcdef; while [ \${#x} -lt ${MIB} ]; do x=$x$x; done
take() { i=0; while [ $i -lt $1 ]; do i=$((i + 1)); eval "m$i=\\$x"; $2; done; }`;

const SCRIPTS = {
  a: `${TAKE}\n(take ${PEAK} :); exec sleep 3600`,
  b: `${TAKE}\ntake ${STEADY} :; sleep 3600`,
  c: `${TAKE}\ntake ${2 * LIMIT} "sleep 1"; exec sleep 3600`,
};

function makeGroup(lab: Lab, name: string): Cgroup {
  const cgroup = openTriedCgroups().create(`exercise-${name}-${process.pid}`, ['memory', 'freezer']);
  lab.atEnd(() => cgroup.remove());
  return cgroup;
}

/** It may be frozen when all is over, and v1 holds back SIGKILL then: so its cgroup ends it, and not the lab. */
function startEater(lab: Lab, name: string, script: string): Cgroup {
  const cgroup = makeGroup(lab, name);
  cgroup.setMemoryLimit(LIMIT * MIB);
  start({ calls: [...cgroup.joinCalls(), shell(script)], stdio: ['null', 'null', 'null'] });
  return cgroup;
}

/** What a subshell has taken is gone with it; the peak remains. */
function hasFreed(cgroup: Cgroup): boolean {
  const { peak, current } = cgroup.memory();
  return (peak ?? 0) > PEAK * MIB && current < (STEADY / 2) * MIB;
}

/** Directories with the counters of memory; files that freeze; a directory for the answer. */
function givenOf(groups: Groups, answer: Cgroup): Record<string, string> {
  const each = Object.entries(groups).flatMap(([name, cgroup]) => [
    [name.toUpperCase(), dirname(cgroup.file('memory.current'))],
    [`FREEZE_${name.toUpperCase()}`, cgroup.file('freeze')],
  ]);
  return { ...Object.fromEntries(each), ANSWER: dirname(answer.file('memory.current')) };
}

function factsOf(groups: Groups, answer: Cgroup): Facts<Id> {
  const all = Object.entries(groups);
  return {
    spared: () => {
      const killed = all.find(([, cgroup]) => cgroup.memory().oomKills > 0)?.[1];
      return same(
        (killed ?? groups.c).file('memory.events'),
        'oom_kill 0',
        `oom_kill ${killed?.memory().oomKills ?? 0}`,
      );
    },
    frozen: () => {
      const frozen = all.filter(([, cgroup]) => isFrozen(cgroup)).map(([name]) => name);
      return same(groups.c.file('frozen'), 'c', frozen.join(', ') || null);
    },
    named: () => {
      const directory = dirname(answer.file('memory.current'));
      const names = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
      return same(directory, highest(groups), names.map(({ name }) => name).join(', ') || null);
    },
  };
}

function isFrozen(cgroup: Cgroup): boolean {
  return /^(FROZEN|frozen 1)$/m.test(cgroup.read('frozen'));
}

function highest(groups: Groups): string {
  const peaks = Object.entries(groups).map(([name, cgroup]) => ({ name, peak: cgroup.memory().peak ?? 0 }));
  return peaks.sort((one, other) => other.peak - one.peak)[0]?.name ?? '';
}
