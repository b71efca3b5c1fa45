/**
 * Whole commands, as a person waits for them: `run --rm … true` and `exec … true`, by tslab, crun, runc, podman and bwrap; then
 * the same in a process that runs already, against C. One run, in turns. `bench/run [rounds]`
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCgroups } from '../src/cgroup/open.js';
import type { Container } from '../src/container/store/store.js';
import { ensureRootfs } from '../src/rootfs/rootfs.js';
import { compare, wall } from './compare.js';
import { atEnd, untilInterrupted } from './ending.js';
import { isReached, renderTarget, type Target } from './figures.js';
import { container, containerInC, exec, recorded } from './in-process.js';
import { Isolation } from './isolation.js';
import { type Peer, peers, runQuietly } from './peers.js';
import { compileContainer } from './same-calls.js';
import { startSleeper, supervisorGone } from './sleeper.js';
import { compileStopwatch, timed } from './stopwatch.js';
import { TSLAB } from './tslab.js';

const ROUNDS = Number(process.argv[2] ?? 15);
const COMMANDS = { rounds: ROUNDS, turn: 1, warmUp: 2 };
/** A hundred in sequence; the first hundred do not count, since V8 compiles what runs often. */
const IN_PROCESS = { rounds: 3, turn: 100, warmUp: 1 };

const work = mkdtempSync(join(tmpdir(), 'tslab-bench-'));
process.env.TSLAB_STATE = join(work, 'state');
atEnd(() => rmSync(work, { recursive: true }));
await untilInterrupted(main);

async function main(): Promise<void> {
  const { path: root, origin } = ensureRootfs();
  const stopwatch = compileStopwatch(work);
  const isolation = await Isolation.open();
  atEnd(() => isolation.close());
  const those: Others = { isolation, others: peers(copied(root), work, console.log) };
  console.log(`/bin/true of ${origin}; load ${(loadavg()[0] ?? 0).toFixed(1)}`);
  const targets = [await benchRun(stopwatch, those)];
  atEnd(supervisorGone);
  const sleeper = startSleeper(['--network', 'none']);
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
  const tslab = timed('tslab', [
    stopwatch,
    '--',
    process.execPath,
    TSLAB,
    'run',
    '--rm',
    '--network',
    'none',
    'busybox',
    'true',
  ]);
  const costs = await compare('run --rm … true', [node, tslab, ...commands], COMMANDS);
  const above = wall(costs, 'tslab') - wall(costs, 'node -e 0');
  return { what: 'tslab run above node -e 0, in ms', ratio: above, most: 25 };
}

async function benchExec(stopwatch: string, { isolation, others }: Others, sleeper: Container): Promise<void> {
  const able = others.filter(({ exec }) => exec);
  for (const { start = [], remove = [] } of able) {
    atEnd(() => runQuietly(isolation.command(remove)));
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
