/** What a start costs from an image of many layers, beside one of one. */
import { execFileSync } from 'node:child_process';
import { ensureRootfs } from '../src/rootfs/rootfs.js';
import { archive, member } from '../test/support/layers/raw-tar.js';
import { addImage } from '../test/support/registry-image.js';
import type { TestRegistry } from '../test/support/registry-server.js';
import { type Costs, compare } from './compare.js';
import type { Target } from './figures.js';
import type { Contender } from './race.js';
import { timed } from './stopwatch.js';
import { TSLAB } from './tslab.js';

const MANY = 50;

/** Short ones are compared: what others do on the machine makes no start shorter. */
export async function benchLayers(stopwatch: string, registry: TestRegistry, rounds: number): Promise<Target[]> {
  const all: Contender[] = [];
  for (const count of [1, MANY]) all.push(await starting(stopwatch, registry, count));
  const costs = await compare('run --rm IMAGE true, by layers of the image', all, { rounds, turn: 1, warmUp: 2 });
  const above = (share: number) => quantile(costs, `${MANY}`, share) - quantile(costs, '1', share);
  const what = `a start from ${MANY} layers above one from 1, in ms`;
  return [
    { what: `${what}: the shortest`, ratio: above(0), most: 2 },
    { what: `${what}: a tenth is shorter`, ratio: above(0.1), most: 2 },
  ];
}

/** From an image of so many layers, which is pulled here: busybox, and files of which each is a layer. */
async function starting(stopwatch: string, registry: TestRegistry, count: number): Promise<Contender> {
  const base = execFileSync('tar', ['-c', '-C', ensureRootfs().path, '.'], { maxBuffer: 1e9 });
  const files = Array.from({ length: count - 1 }, (_, i) => archive(member({ name: `etc/layer-${i}`, content: 'x' })));
  addImage(registry, [base, ...files], `bench/layers:${count}`);
  const image = `${registry.host}/bench/layers:${count}`;
  const tslab = (...args: string[]) => timed(`${count}`, [stopwatch, '--', process.execPath, TSLAB, ...args]);
  const pull = tslab('pull', '-q', image);
  await pull.measure();
  pull.end();
  return tslab('run', '--rm', '--network', 'none', image, 'true');
}

function quantile(costs: Costs, name: string, share: number): number {
  const walls = (costs.get(name) ?? []).map(({ wall }) => wall).sort((a, b) => a - b);
  return walls[Math.floor(share * walls.length)] as number;
}
