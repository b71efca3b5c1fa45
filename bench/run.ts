/**
 * Whole commands, as a person waits for them: `run --rm … true` and `exec … true`, by tslab, crun, runc, podman and bwrap; then
 * the same in a process that runs already, against C. One run, in turns. `bench/run [rounds]`
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openCgroups } from '../src/cgroup/open.js';
import { findContainer } from '../src/container/store/find.js';
import type { Container } from '../src/container/store/store.js';
import { socketPath } from '../src/container/supervisor/protocol.js';
import { ensureRootfs } from '../src/rootfs/rootfs.js';
import { isReached, median, renderTarget, type Target, table } from './figures.js';
import { container, containerInC, exec, recorded } from './in-process.js';
import { Isolation } from './isolation.js';
import { type Peer, peers, runQuietly } from './peers.js';
import { type Contender, type Cost, race } from './race.js';
import { compileContainer } from './same-calls.js';
import { compileStopwatch, timed } from './stopwatch.js';
import { TSLAB } from './tslab.js';

const ROUNDS = Number(process.argv[2] ?? 15);
const COMMANDS = { rounds: ROUNDS, turn: 1, warmUp: 2 };
/** A hundred in sequence; the first hundred do not count, since V8 compiles what runs often. */
const IN_PROCESS = { rounds: 3, turn: 100, warmUp: 1 };

const work = mkdtempSync(join(tmpdir(), 'tslab-bench-'));
process.env.TSLAB_STATE = join(work, 'state');
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
}).then(() => {
  process.exitCode = 130;
});
const ends: (() => unknown)[] = [() => rmSync(work, { recursive: true })];
try {
  await Promise.race([main(), interrupted]);
} finally {
  for (const end of ends.reverse()) await tidy(end);
  process.exit(); // after Ctrl-C the race may still go on
}

async function main(): Promise<void> {
  const { path: root, origin } = ensureRootfs();
  const stopwatch = compileStopwatch(work);
  const isolation = await Isolation.open();
  ends.push(() => isolation.close());
  const those: Others = { isolation, others: peers(copied(root), work, console.log) };
  console.log(`/bin/true of ${origin}; load ${(loadavg()[0] ?? 0).toFixed(1)}`);
  const targets = [await benchRun(stopwatch, those)];
  const sleeper = startSleeper();
  await benchExec(stopwatch, those, sleeper);
  targets.push(await benchContainers(), await benchExecInProcess(sleeper, [stopwatch, '--', join(root, 'bin/true')]));
  console.log(`\n${targets.map(renderTarget).join('\n')}`);
  if (!targets.every(isReached)) process.exitCode = 1;
}

/** The others make mount points in the root filesystem that they are given, and tslab builds one anew that was changed. */
function copied(root: string): string {
  const copy = join(work, 'root');
  cpSync(root, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

/** The other runtimes, and where their commands run. */
interface Others {
  readonly isolation: Isolation;
  readonly others: readonly Peer[];
}

async function benchRun(stopwatch: string, { isolation, others }: Others): Promise<Target> {
  const commands = others.map(({ name, run }) => timed(name, isolation.command([stopwatch, '--', ...run])));
  const node = timed('node -e 0', [stopwatch, '--', process.execPath, '-e', '0']);
  const tslab = timed('tslab', [stopwatch, '--', process.execPath, TSLAB, 'run', '--rm', 'busybox', 'true']);
  const costs = await compare('run --rm … true', [node, tslab, ...commands], COMMANDS);
  const above = wall(costs, 'tslab') - wall(costs, 'node -e 0');
  return { what: 'tslab run above node -e 0, in ms', ratio: above, most: 25 };
}

async function benchExec(stopwatch: string, { isolation, others }: Others, sleeper: Container): Promise<void> {
  const able = others.filter(({ exec }) => exec);
  for (const { start = [], remove = [] } of able) {
    ends.push(() => runQuietly(isolation.command(remove)));
    runQuietly(isolation.command(start));
  }
  const entering = ['nsenter', '--target', String(sleeper.state.init.pid), '--all', '/bin/true'];
  const all = [
    timed('tslab', [stopwatch, '--', process.execPath, TSLAB, 'exec', sleeper.config.id, 'true']),
    ...able.map(({ name, exec = [] }) => timed(name, isolation.command([stopwatch, '--', ...exec]))),
    timed('nsenter --all', [stopwatch, '--', ...entering]),
  ];
  await compare('exec … true', all, COMMANDS);
}

/** A detached container of tslab's that sleeps. */
function startSleeper(): Container {
  const words = [TSLAB, 'run', '-d', 'busybox', 'sleep', '1000000'];
  ends.push(async () => {
    while (existsSync(socketPath())) await delay(50); // the supervisor leaves when it has nothing left
  });
  const id = execFileSync(process.execPath, words, { encoding: 'utf8' }).trim();
  ends.push(() => execFileSync(process.execPath, [TSLAB, 'rm', '-f', id], { stdio: 'ignore' }));
  return findContainer(id);
}

async function benchContainers(): Promise<Target> {
  // Keeps the cgroup that all of ours share, which C does not make; and no ledger, which ours would be written beside each time.
  using shared = openCgroups().create(`bench-${process.pid}`);
  shared.disown();
  const inC = timed('C, the same calls', [compileContainer(containerInC(join(work, 'c')), work)]);
  const all = [container(join(work, 'tslab')), inC, recorded()];
  const costs = await compare('100 containers in sequence, in one process', all, IN_PROCESS);
  return { what: 'tslab against C', ratio: wall(costs, 'tslab') / wall(costs, inC.name), most: 1.5 };
}

async function benchExecInProcess(sleeper: Container, command: readonly string[]): Promise<Target> {
  const spawned = timed('posix_spawn, outside', command);
  const costs = await compare('exec in one process', [exec(sleeper), spawned], IN_PROCESS);
  const above = wall(costs, 'tslab') - wall(costs, spawned.name);
  return { what: 'exec in process above fork and exec, in ms', ratio: above, most: 1 };
}

/** One that fails does not keep the others from tidying up. */
async function tidy(end: () => unknown): Promise<void> {
  try {
    await end();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}

/** Lets them race, and prints what it cost. */
async function compare(title: string, all: readonly Contender[], how: Parameters<typeof race>[1]) {
  ends.push(() => {
    for (const one of all) one.end();
  });
  const costs = await race(all, how);
  const rows = [...costs].map(([name, some]) => row(name, some));
  console.log(`\n${title}\n${table([['', 'median', 'least', 'CPU time'], ...rows])}`);
  return costs;
}

function row(name: string, costs: readonly Cost[]): string[] {
  const walls = costs.map((cost) => cost.wall);
  const cpu = median(costs.map((cost) => cost.cpu));
  return [name, milliseconds(median(walls)), milliseconds(Math.min(...walls)), cpu > 0 ? milliseconds(cpu) : ''];
}

function wall(costs: ReadonlyMap<string, Cost[]>, name: string): number {
  return median((costs.get(name) ?? []).map((cost) => cost.wall));
}

function milliseconds(figure: number): string {
  return `${figure.toFixed(figure < 10 ? 2 : 1)} ms`;
}
