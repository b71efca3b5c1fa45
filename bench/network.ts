/**
 * What a network costs: a start with it, one endpoint beside other tools, a stream beside links made by hand. All in a network namespace of
 * its own, which goes with everything in it. In turns. `bench/network [rounds]`, as root.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadNetworks } from '../src/container/start/joining.js';
import leaveNetwork from '../test/support/leave-network.js';
import { compare, wall } from './compare.js';
import { isInstalled } from './contenders.js';
import { atEnd, untilInterrupted } from './ending.js';
import { benchEndpoints } from './endpoints.js';
import { isReached, renderTarget, type Target } from './figures.js';
import { recorded } from './in-process.js';
import { startSleeper, supervisorGone } from './sleeper.js';
import { compileStopwatch, timed } from './stopwatch.js';
import { benchStreams, outsideByIp } from './streams.js';
import { TSLAB } from './tslab.js';

const ROUNDS = Number(process.argv[2] ?? 25);

const work = mkdtempSync(join(tmpdir(), 'tslab-bench-'));
process.env.TSLAB_STATE = join(work, 'state');
atEnd(() => rmSync(work, { recursive: true }));
await untilInterrupted(main);

async function main(): Promise<void> {
  if (process.geteuid?.() !== 0) throw new Error('npm run bench:network: only root can make links');
  await leaveNetwork();
  console.log(`load ${(loadavg()[0] ?? 0).toFixed(1)}`);
  const stopwatch = compileStopwatch(work);
  const hasIp = isInstalled('ip');
  if (!hasIp) console.log('ip is not installed (apt-get install iproute2): starts only');
  const outside = hasIp ? outsideByIp() : 0;
  atEnd(supervisorGone);
  startSleeper(['--network', 'bridge']); // keeps the bridge up
  const targets = [...(await benchStarts(stopwatch)), await benchStartsInProcess()];
  if (hasIp)
    targets.push(...(await benchStreams(work, stopwatch, outside)), ...(await benchEndpoints(work, stopwatch)));
  console.log(`\n${targets.map(renderTarget).join('\n')}`);
  if (!targets.every(isReached)) process.exitCode = 1;
}

/** The network `alone` has nobody else: each start makes its bridge and its table, and each end takes them down. */
async function benchStarts(stopwatch: string): Promise<Target[]> {
  execFileSync(process.execPath, [TSLAB, 'network', 'create', 'alone']);
  const run = (...options: string[]) =>
    timed(options.join(' '), [stopwatch, '--', process.execPath, TSLAB, 'run', '--rm', ...options, 'busybox', 'true']);
  const [none, bridge, port] = [['none'], ['bridge'], ['bridge', '-p', '18080:80']].map((words) =>
    run('--network', ...words),
  );
  const all = [none, bridge, port, run('--network', 'alone')] as NonNullable<typeof none>[];
  const costs = await compare('run --rm OPTIONS busybox true', all, { rounds: ROUNDS, turn: 1, warmUp: 2 });
  const above = ({ name }: (typeof all)[number]) => wall(costs, name) - wall(costs, '--network none');
  return all.slice(1).map((one) => ({
    what: `tslab run ${one.name} above none, in ms`,
    ratio: above(one),
    ...(one !== all[3] && { most: 5 }),
  }));
}

/** As the supervisor starts one. */
async function benchStartsInProcess(): Promise<Target> {
  await loadNetworks();
  const all = ['none', 'bridge'].map((network) => recorded(network, network));
  const costs = await compare('the same in one process', all, { rounds: ROUNDS, turn: 5, warmUp: 5 });
  return {
    what: 'in one process, bridge above none, in ms',
    ratio: wall(costs, 'bridge') - wall(costs, 'none'),
    most: 5,
  };
}
