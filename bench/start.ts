/**
 * From start to exit of /bin/true in new namespaces, with pivot_root and a /proc: tslab, C and the container runtimes, in one run.
 * They take turns in a new order each round, so that the load of the machine hits all alike. `bench/start [rounds]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRootfs } from '../src/rootfs/rootfs.js';
import { contenders } from './contenders.js';
import { isReached, median, renderTarget, type Target, table } from './figures.js';
import { race } from './race.js';
import { compileStopwatch } from './stopwatch.js';

const ROUNDS = Number(process.argv[2] ?? 25);
const TURN = 20;
/** Rounds that do not count: V8 compiles what runs often. */
const WARM_UP = 10;

const work = mkdtempSync(join(tmpdir(), 'tslab-bench-'));
process.env.TSLAB_STATE = join(work, 'state');
try {
  await main();
} finally {
  rmSync(work, { recursive: true });
}

async function main(): Promise<void> {
  const { path: root, origin } = ensureRootfs();
  const stopwatch = compileStopwatch(work);
  console.log(`/bin/true (${origin}) from start to exit, medians of ${ROUNDS * TURN}, in turns of ${TURN}`);
  const targets: Target[] = [];
  for (const net of [false, true]) {
    console.log(`\nnew pid, mount, uts, ipc${net ? ' and net' : ''} namespaces, pivot_root, /proc`);
    const all = contenders({ root, work, stopwatch, net }, console.log);
    const costs = await race(all, { rounds: ROUNDS, turn: TURN, warmUp: WARM_UP });
    for (const one of all) one.end();
    const medians = new Map([...costs].map(([name, some]) => [name, median(some.map(({ wall }) => wall))]));
    console.log(renderMedians(medians));
    targets.push(...targetsOf(medians, net));
  }
  console.log(`\n${targets.map(renderTarget).join('\n')}`);
  if (!targets.every(isReached)) process.exitCode = 1;
}

function renderMedians(medians: ReadonlyMap<string, number>): string {
  const [ours, inC] = [...medians.values()] as [number, number];
  const rows = [...medians].map(([name, ms]) => [
    name,
    `${ms.toFixed(2)} ms`,
    (ms / inC).toFixed(2),
    (ms / ours).toFixed(2),
  ]);
  return table([['', 'median', '÷ C', '÷ tslab'], ...rows]);
}

function targetsOf(medians: ReadonlyMap<string, number>, net: boolean): Target[] {
  const [ours, inC] = [...medians.values()] as [number, number];
  const against = (peer: string, least: number): Target[] => {
    const theirs = medians.get(peer);
    return theirs === undefined || net ? [] : [{ what: `${peer} against tslab`, ratio: theirs / ours, least }];
  };
  return [
    { what: `tslab against C${net ? ', with net' : ''}`, ratio: ours / inC, most: 1.3 },
    ...against('crun', 5),
    ...against('runc', 10),
  ];
}
