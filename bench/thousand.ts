/**
 * A thousand detached containers that sleep: time to start them, memory that the supervisor takes for each, time of `tslab ps`
 * beside them, time to remove them. `bench/thousand [containers]`
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readEnvironment } from '../src/cli/docker/shared/environment.js';
import { killContainer } from '../src/container/life/stop.js';
import { findContainer } from '../src/container/store/find.js';
import { removeContainer } from '../src/container/store/remove.js';
import { containerIds } from '../src/container/store/store.js';
import { startDetached } from '../src/container/supervisor/client.js';
import { socketPath } from '../src/container/supervisor/protocol.js';
import { createFrom } from '../src/docker/create.js';
import { parseRun } from '../src/docker/options/run.js';
import { isReached, median, renderTarget, type Target, table } from './figures.js';
import { TSLAB } from './tslab.js';

const COUNT = Number(process.argv[2] ?? 1000);
/** `tslab ps` and `node -e 0` take turns so often. */
const ROUNDS = 15;
const HEAD = ['', 'all', 'median of the first tenth', 'of the last tenth'];

const state = mkdtempSync(join(tmpdir(), 'tslab-bench-'));
process.env.TSLAB_STATE = state;
try {
  await main();
} finally {
  await removeAll();
  execFileSync(process.execPath, [TSLAB, 'cleanup'], { stdio: 'ignore' });
  while (existsSync(socketPath())) await delay(50); // the supervisor leaves when it has nothing left
  rmSync(state, { recursive: true });
}

async function main(): Promise<void> {
  console.log(`${COUNT} containers, ${availableParallelism()} CPUs, load ${load()}`);
  const supervisor = findContainer(await startOne()).state.owner.pid;
  const before = memoryOf(supervisor);
  const starts = await repeat(COUNT, startOne);
  const memory = (memoryOf(supervisor) - before) / COUNT / 1000;
  const ps = timeOfPs();
  const removals = await removeAll();
  console.log(table([HEAD, row('start', starts), row('rm -f', removals)]));
  console.log(
    `memory of the supervisor: ${(before / 1e6).toFixed(1)} MB, and for each container ${memory.toFixed(1)} KB`,
  );
  console.log(`tslab ps: ${ps.toFixed(0)} ms above node -e 0; load ${load()}\n`);
  const targets: Target[] = [
    { what: 'memory of the supervisor per container, in KB', ratio: memory, most: 200 },
    { what: 'tslab ps above node -e 0, in s', ratio: ps / 1000, most: 0.5 },
  ];
  console.log(targets.map(renderTarget).join('\n'));
  if (!targets.every(isReached)) process.exitCode = 1;
}

/** The last should take no longer than the first, for all that is there by then. */
function row(name: string, took: readonly number[]): string[] {
  const sum = took.reduce((total, one) => total + one, 0);
  const tenth = Math.ceil(took.length / 10);
  const [first, last] = [took.slice(0, tenth), took.slice(-tenth)].map((some) => `${median(some).toFixed(2)} ms`);
  return [name, `${(sum / 1000).toFixed(1)} s`, first ?? '', last ?? ''];
}

/** What `tslab run -d busybox sleep 1000000` does, but for the start of node. Its id. */
async function startOne(): Promise<string> {
  const { config } = createFrom(
    parseRun({ detach: true, network: ['none'] }, ['busybox', 'sleep', '1000000'], readEnvironment()),
  );
  await startDetached(config.id);
  return config.id;
}

/** What `tslab rm -f` does with many. The milliseconds that each took. */
async function removeAll(): Promise<number[]> {
  const ids = containerIds();
  return await repeat(ids.length, async (i) => {
    const container = findContainer(ids[i] as string);
    await killContainer(container);
    removeContainer(container, false);
  });
}

/** The milliseconds that each took. */
async function repeat(times: number, work: (i: number) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await work(i);
    took.push(performance.now() - began);
  }
  return took;
}

/** Bytes of memory of its own: resident, but without the pages of files, which all processes of node share. */
function memoryOf(pid: number): number {
  const kibibytes = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

/** Milliseconds of `tslab ps` above those of `node -e 0`, medians. */
function timeOfPs(): number {
  const [ps, nothing]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    nothing.push(timeOf(['-e', '0']));
    ps.push(timeOf([TSLAB, 'ps']));
  }
  return median(ps) - median(nothing);
}

function timeOf(words: readonly string[]): number {
  const began = performance.now();
  const { status } = spawnSync(process.execPath, words, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`${words.join(' ')} ended with ${status}`);
  return performance.now() - began;
}

function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}
