/**
 * What it costs to pull an image of 10 layers and 300 MB from a registry on loopback, and to unpack it, beside skopeo with umoci and podman; then
 * what a start costs from an image of 50 layers, beside one of one. In turns. `bench/images [rounds] [rounds of starts]`, as root;
 * TMPDIR says on which filesystem.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { addImage } from '../test/support/registry-image.js';
import { TestRegistry } from '../test/support/registry-server.js';
import { compare, cpu, wall } from './compare.js';
import { atEnd, untilInterrupted } from './ending.js';
import { isReached, renderTarget, type Target } from './figures.js';
import { someLayers } from './image-layers.js';
import { benchLayers } from './image-start.js';
import { pullers, TSLAB_PULL } from './image-tools.js';
import { compileStopwatch } from './stopwatch.js';

const [PULLS = 5, STARTS = 100] = process.argv.slice(2).map(Number);

const work = mkdtempSync(join(tmpdir(), 'tslab-bench-'));
process.env.TSLAB_STATE = join(work, 'state');
atEnd(() => rmSync(work, { recursive: true }));
await untilInterrupted(main);

async function main(): Promise<void> {
  if (process.geteuid?.() !== 0) throw new Error('npm run bench:images: only root can give files their owners');
  console.log(`load ${(loadavg()[0] ?? 0).toFixed(1)}`);
  const stopwatch = compileStopwatch(work);
  const registry = await TestRegistry.start();
  atEnd(() => registry[Symbol.asyncDispose]());
  const targets = [...(await benchPull(stopwatch, registry)), ...(await benchLayers(stopwatch, registry, STARTS))];
  console.log(`\n${targets.map(renderTarget).join('\n')}`);
  if (!targets.every(isReached)) process.exitCode = 1;
}

async function benchPull(stopwatch: string, registry: TestRegistry): Promise<Target[]> {
  addImage(registry, someLayers(10, 30e6), 'bench/app:1');
  const all = pullers(stopwatch, work, `${registry.host}/bench/app:1`);
  const costs = await compare('pull and unpack 10 layers, 300 MB', all, { rounds: PULLS, turn: 1, warmUp: 0 });
  const memory = Math.max(...(costs.get(TSLAB_PULL) ?? []).map(({ memory = 0 }) => memory));
  const against = all
    .filter(({ name }) => name !== TSLAB_PULL)
    .flatMap(({ name }) => [
      { what: `wall time of tslab pull, against ${name}`, ratio: wall(costs, TSLAB_PULL) / wall(costs, name), most: 1 },
      { what: `CPU time of tslab pull, against ${name}`, ratio: cpu(costs, TSLAB_PULL) / cpu(costs, name), most: 1 },
    ]);
  return [...against, { what: 'the most memory of tslab pull, in MB', ratio: memory / 1e6, most: 150 }];
}
