/** What a start costs from an image of many layers, beside one of one. */
import { execFileSync } from 'node:child_process';
import { ensureRootfs } from '../src/rootfs/rootfs.js';
import { archive, member } from '../test/support/layers/raw-tar.js';
import { addImage } from '../test/support/registry-image.js';
import type { TestRegistry } from '../test/support/registry-server.js';
import { compare } from './compare.js';
import type { Target } from './figures.js';
import type { Contender } from './race.js';
import { timed } from './stopwatch.js';
import { TSLAB } from './tslab.js';

const MANY = 50;

/** Short ones are compared, since what others do on the machine makes no start shorter; and neighbours, for which it does the same. */
export async function benchLayers(stopwatch: string, registry: TestRegistry, rounds: number): Promise<Target[]> {
  const all: Contender[] = [];
  for (const count of [1, MANY]) all.push(await starting(stopwatch, registry, count));
  const costs = await compare('run --rm IMAGE true, by layers of the image', all, { rounds, turn: 1, warmUp: 2 });
  const [few, many] = ['1', `${MANY}`].map((name) => (costs.get(name) ?? []).map(({ wall }) => wall)) as [
    number[],
    number[],
  ];
  const neighbours = many.map((wall, i) => wall - (few[i] as number));
  const what = `a start from ${MANY} layers above one from 1, in ms`;
  return [
    { what: `${what}: a tenth is shorter`, ratio: quantile(many, 0.1) - quantile(few, 0.1), most: 2 },
    { what: `${what}: half of the pairs differ by less`, ratio: quantile(neighbours, 0.5), most: 2 },
  ];
}

/** From an image of so many layers, which is pulled here: busybox, and files of which each is a layer, in a directory that busybox has not. */
async function starting(stopwatch: string, registry: TestRegistry, count: number): Promise<Contender> {
  const base = execFileSync('tar', ['-c', '-C', ensureRootfs().path, '.'], { maxBuffer: 1e9 });
  const files = Array.from({ length: count - 1 }, (_, i) => archive(member({ name: `opt/layer-${i}`, content: 'x' })));
  addImage(registry, [base, ...files], `bench/layers:${count}`);
  const image = `${registry.host}/bench/layers:${count}`;
  const tslab = (...args: string[]) => timed(`${count}`, [stopwatch, '--', process.execPath, TSLAB, ...args]);
  const pull = tslab('pull', '-q', image);
  await pull.measure();
  pull.end();
  return tslab('run', '--rm', '--network', 'none', image, 'true');
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * values.length)] as number;
}
