/** What a list of calls costs that unpacks files: to describe it, to encode it, and to start and end the child that makes it. */
import * as calls from '../src/kernel/calls/index.js';
import { O_CREAT, O_EXCL, O_WRONLY } from '../src/kernel/constants.js';
import { Arena } from '../src/kernel/list/arena.js';
import { runBeside } from '../src/kernel/list/run-beside.js';
import type { Syscall } from '../src/kernel/syscall.js';
import { median, report, table } from './figures.js';

const TURNS = Number(process.argv[2] ?? 100);
const CALLS = 5000;
const DATA = new Uint8Array(100_000);

const costs = { described: [] as number[], encoded: [] as number[], child: [] as number[] };
for (let turn = 0; turn < TURNS; turn++) {
  const [list, described] = timed(describe);
  const [, encoded] = timed(() => new Arena(list));
  costs.described.push((described / CALLS) * 1000);
  costs.encoded.push((encoded / CALLS) * 1000);
  const began = performance.now();
  await runBeside([]);
  costs.child.push((performance.now() - began) * 1000);
}
const rows = Object.entries(costs).map(([name, figures]) => [
  name,
  ...[Math.min(...figures), median(figures), figures[0] as number].map((figure) => figure.toFixed(2)),
]);
console.log(table([['µs', 'least', 'median', 'first'], ...rows]));
report({ what: 'µs to describe and encode a call, least', ratio: sum('described') + sum('encoded'), most: 2 });

/** Four calls a file, as src/image/layer makes them. */
function describe(): Syscall[] {
  return Array.from({ length: CALLS / 4 }, (_, i) => {
    const file = calls.open(`usr/share/doc/package-${i}/copyright`, O_WRONLY | O_CREAT | O_EXCL, 0o644);
    const written = calls.write(file, DATA.subarray(i, i + 2000));
    return [file, written, calls.futimens(file, 1_700_000_000_000_000_000n), calls.close(file)];
  }).flat();
}

function timed<T>(work: () => T): readonly [T, number] {
  const began = performance.now();
  const made = work();
  return [made, performance.now() - began];
}

function sum(name: 'described' | 'encoded'): number {
  return Math.min(...costs[name]);
}
