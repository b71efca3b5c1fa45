/**
 * A thousand detached containers that sleep: time to start them, memory that the supervisor takes for each, time of `tslab ps`
 * beside them, time to remove them. `bench/thousand [containers]`
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { killContainer } from '../labs/12-runtime/stop.js';
import { startDetached } from '../labs/12-runtime/supervisor/client.js';
import { outside } from '../src/cli/container/outside.js';
import { createFrom } from '../src/container/create.js';
import { discard } from '../src/container/discard.js';
import { findContainer } from '../src/container/find.js';
import { parseRun } from '../src/container/options/run.js';
import { isReached, median, renderTarget, type Target, table } from './figures.js';
import { TSLAB } from './tslab.js';

const COUNT = Number(process.argv[2] ?? 1000);
/** `tslab ps` and `node -e 0` take turns so often. */
const ROUNDS = 15;

const state = mkdtempSync(join(tmpdir(), 'tslab-bench-'));
process.env.TSLAB_STATE = state;
try {
  await main();
} finally {
  execFileSync(process.execPath, [TSLAB, 'cleanup'], { stdio: 'ignore' });
  rmSync(state, { recursive: true });
}

async function main(): Promise<void> {
  console.log(`${COUNT} containers, ${availableParallelism()} CPUs, load ${loadavg()[0]?.toFixed(1)}`);
  const first = await startOne();
  const supervisor = findContainer(first).state.owner.pid;
  const before = memoryOf(supervisor);
  const { result: ids, seconds: starting } = await timed(startMany);
  const memory = (memoryOf(supervisor) - before) / COUNT;
  const ps = timeOfPs();
  const { seconds: removing } = await timed(() => removeAll([first, ...ids]));
  console.log(table(rows({ starting, memory, before, ps, removing })));
  const targets: Target[] = [
    { what: 'memory of the supervisor per container, in KB', ratio: memory / 1000, most: 200 },
    { what: 'tslab ps above node -e 0, in s', ratio: ps / 1000, most: 0.5 },
  ];
  console.log(`\n${targets.map(renderTarget).join('\n')}`);
  if (!targets.every(isReached)) process.exitCode = 1;
}

interface Figures {
  readonly starting: number;
  readonly memory: number;
  readonly before: number;
  readonly ps: number;
  readonly removing: number;
}

function rows({ starting, memory, before, ps, removing }: Figures): string[][] {
  return [
    ['', 'all', 'one'],
    ['start', `${starting.toFixed(1)} s`, `${((starting * 1000) / COUNT).toFixed(2)} ms`],
    [
      'memory of the supervisor',
      `${((before + memory * COUNT) / 1e6).toFixed(1)} MB`,
      `${(memory / 1000).toFixed(1)} KB`,
    ],
    ['tslab ps, above node -e 0', `${ps.toFixed(0)} ms`, ''],
    ['rm -f', `${removing.toFixed(1)} s`, `${((removing * 1000) / COUNT).toFixed(2)} ms`],
  ];
}

/** What `tslab run -d busybox sleep 1000000` does, but for the start of node. Its id. */
async function startOne(): Promise<string> {
  const { config } = createFrom(parseRun({ detach: true }, ['busybox', 'sleep', '1000000'], outside()));
  await startDetached(config.id);
  return config.id;
}

/** Ids, and the milliseconds that each took: the last should take no longer than the first. */
async function startMany(): Promise<{ ids: string[]; took: number[] }> {
  const ids: string[] = [];
  const took: number[] = [];
  for (let i = 0; i < COUNT; i++) {
    const began = performance.now();
    ids.push(await startOne());
    took.push(performance.now() - began);
  }
  return { ids, took };
}

/** As `tslab rm -f` does it with many. */
async function removeAll(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const container = findContainer(id);
    await killContainer(container);
    discard(container, false);
  }
}

/** Bytes of memory that are its own: VmRSS without pages of files, which all processes of node share. */
function memoryOf(pid: number): number {
  const kilobytes = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
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

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const began = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - began) / 1000 };
}
