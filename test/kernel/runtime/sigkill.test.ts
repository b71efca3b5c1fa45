import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openCgroups } from '../../../src/cgroup/open.js';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import { type Container, containerIds } from '../../../src/container/store/store.js';
import { isAlive, listProcesses } from '../../../src/procfs/processes.js';
import { randomNumbers } from '../../support/random.js';
import { until, useOwnState } from '../runtime-info/containers.js';
import { TSLAB } from '../tslab.js';
import { leftOf } from './leftovers.js';

/** TSLAB_KILLS=100 is the whole of it. */
const KILLS = Number(process.env.TSLAB_KILLS ?? 25);
const seed = Number(process.env.TSLAB_SEED ?? Date.now() % 1_000_000);
const random = randomNumbers(seed);

/** How many detached containers run before each kill. */
const RUNNING = 3;
/** A command takes 150 ms and more; its last step is as good a moment as its first. In milliseconds. */
const LONGEST = 500;

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();

describe.skipIf(!isRoot)(`SIGKILL at ${KILLS} moments (TSLAB_SEED=${seed} repeats it; skipped without root)`, () => {
  const seen = new Set<string>();
  const note = () => {
    for (const id of containerIds()) seen.add(id);
  };

  it(
    'leaves containers that the next command knows, and those that run go on',
    async () => {
      for (let i = 1; i <= KILLS; i++) {
        const before = await someRunning();
        const { words, target, victim } = choose(before);
        await killDuring(words, victim);
        note();
        const what = `kill ${i}, of the ${victim} during tslab ${words.join(' ')}`;
        expect([what, await complaintsOf('ps', '-a')]).toEqual([what, []]);
        note();
        for (const container of before) if (container !== target) expectSame(container, what);
        for (const container of listContainers(() => {})) await expectKnown(container, what);
      }
    },
    KILLS * 20_000,
  );

  it('leaves nothing after rm -f and cleanup', async () => {
    const ids = containerIds();
    await tslab('rm', '-f', ...ids);
    await tslab('cleanup');
    await until(() => leftOf(state(), [...seen]).length === 0).catch(() => {});
    expect(leftOf(state(), [...seen])).toEqual([]);
  }, 60_000);
});

type Victim = 'client' | 'supervisor' | 'client and supervisor';

interface Choice {
  readonly words: readonly string[];
  /** The container that the command is to end. */
  readonly target: Container | undefined;
  readonly victim: Victim;
}

function choose(running: readonly Container[]): Choice {
  const container = oneOf(running);
  const { name } = container.config;
  const commands: Omit<Choice, 'victim'>[] = [
    { words: ['run', '--rm', 'busybox', 'sh', '-c', 'echo hello'], target: undefined },
    { words: ['run', 'busybox', 'sh', '-c', 'echo hello; exit 3'], target: undefined },
    { words: ['run', '-d', 'busybox', 'sleep', '1000'], target: undefined },
    { words: ['run', '-d', '--rm', 'busybox', 'true'], target: undefined },
    { words: ['exec', name, 'sh', '-c', 'echo hello'], target: undefined },
    { words: ['stop', '-t', '0', name], target: container },
    { words: ['rm', '-f', name], target: container },
  ];
  return { ...oneOf(commands), victim: oneOf(['client', 'client', 'supervisor', 'client and supervisor'] as const) };
}

function oneOf<T>(list: readonly T[]): T {
  return list[Math.floor(random() * list.length)] as T;
}

/** Detached containers that run: as many as there should be, with what earlier commands started. */
async function someRunning(): Promise<Container[]> {
  const running = () =>
    listContainers(() => {}).filter(({ config, state }) => config.detached && state.status === 'running');
  while (running().length < RUNNING) await tslab('run', '-d', 'busybox', 'sleep', '1000');
  return running().filter(({ config }) => config.process.args[0] === 'sleep');
}

/** Starts a command, kills at some moment, and waits until the command has ended. */
async function killDuring(words: readonly string[], victim: Victim): Promise<void> {
  const command = spawn(process.execPath, [TSLAB, ...words], { stdio: 'ignore' });
  const ended = once(command, 'exit');
  await pause(random() * LONGEST);
  if (victim !== 'client') killSupervisor();
  if (victim !== 'supervisor') kill(command);
  await ended;
}

function kill(command: ChildProcess): void {
  command.kill('SIGKILL');
}

/** By what owns the containers: so it is the one of this state directory. */
function killSupervisor(): void {
  const owners = new Set(listContainers(() => {}).map(({ state }) => state.owner.pid));
  const supervisors = listProcesses().filter(({ pid, comm }) => owners.has(pid) && comm === 'tslab-superviso');
  for (const { pid } of supervisors) process.kill(pid, 'SIGKILL');
}

/** It was no business of the command that was killed, so it runs as it did. */
function expectSame(before: Container, what: string): void {
  const { state } = findContainer(before.config.id);
  expect([what, state.status, state.init]).toEqual([what, 'running', before.state.init]);
  expect([what, isAlive(state.init.pid, state.init.startTime)]).toEqual([what, true]);
}

/** What its state says is so, and where it runs in the background somebody will see its end. */
async function expectKnown({ config: { id } }: Container, what: string): Promise<void> {
  // Its end may just be on the way into its state, and with --rm it is gone then.
  const now = () => listContainers(() => {}).find(({ config }) => config.id === id);
  await until(() => isGoneOrAsWritten(now())).catch(() => {
    const inside = openCgroups().find(id)?.procs();
    throw new Error(`${what}: ${JSON.stringify({ ...now()?.state, inside, processes: processNames() })}`);
  });
}

/** For the message: who is there, and who is only a zombie. */
function processNames(): string[] {
  return listProcesses().map(({ pid, comm, state }) => `${pid} ${comm} ${state}`);
}

function isGoneOrAsWritten(container: Container | undefined): boolean {
  return !container || isAsWritten(container);
}

function isAsWritten({ config, state: { status, init, owner } }: Container): boolean {
  const inside = openCgroups().find(config.id)?.procs() ?? [];
  if (status !== 'running') return (status === 'created' || status === 'exited') && inside.length === 0;
  const lives = [init, owner].every(({ pid, startTime }) => isAlive(pid, startTime));
  return lives && inside.includes(init.pid);
}

/** What a command says on standard error, but that it tidied up. */
async function complaintsOf(...words: string[]): Promise<string[]> {
  const { stderr } = await tslab(...words);
  return stderr
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('tslab: removed what an earlier run left'));
}

async function tslab(...words: string[]): Promise<{ stdout: string; stderr: string }> {
  return await promisify(execFile)(process.execPath, [TSLAB, ...words]);
}
