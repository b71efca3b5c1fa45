/** What each layer of a container's security costs a start, in a process that runs already: `npm run bench:security`, as root. */

import { readEnvironment } from '../src/cli/docker/shared/environment.js';
import { launch } from '../src/container/start/launch.js';
import { removeContainer } from '../src/container/store/remove.js';
import { type Container, readContainer } from '../src/container/store/store.js';
import { createFrom } from '../src/docker/create.js';
import { parseRun } from '../src/docker/options/run.js';
import { table } from './figures.js';

const STDIO = ['null', 1, 2] as const;
const ROUNDS = Number(process.argv[2] ?? 300);

/** Pieces of the list that each row leaves out. */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  'with all': [],
  'without the filter': ['seccomp'],
  'without capabilities': ['capabilities'],
  'without rules for devices': ['devices'],
  'without a keyring': ['keyring'],
  'without all of these': ['seccomp', 'capabilities', 'devices', 'keyring'],
};

const times = new Map(Object.keys(ROWS).map((name) => [name, [] as number[]]));
// Interleaved, and each round begins with another: what else the machine does hits all alike.
for (let round = -20; round < ROUNDS; round++) {
  const names = Object.keys(ROWS);
  for (let i = 0; i < names.length; i++) {
    const name = names[(i + Math.abs(round)) % names.length] as string;
    const took = await startOnce(ROWS[name] as readonly string[]);
    if (round >= 0) times.get(name)?.push(took);
  }
}
console.log(table([['ms', 'least', 'p25', 'Δ least', 'Δ p25'], ...[...times].map(row)]));

/** Milliseconds from the launch of a created container to its program, of which the start ends where launch() returns. */
async function startOnce(skip: readonly string[]): Promise<number> {
  const request = parseRun({ rm: true, network: ['none'] }, ['busybox', 'true'], readEnvironment());
  const { config } = createFrom({ ...request, skip });
  const began = performance.now();
  const running = launch(config.id, { stdio: STDIO });
  const took = performance.now() - began;
  const { exitCode } = await running.ended;
  removeContainer(readContainer(config.id) as Container, true);
  if (exitCode !== 0) throw new Error(`/bin/true ended with ${exitCode}`);
  return took;
}

function row([name, all]: [string, number[]]): string[] {
  const [least, quarter] = [at(all, 0), at(all, 0.25)];
  const base = times.get('without all of these') as number[];
  const differences = [least - at(base, 0), quarter - at(base, 0.25)];
  return [name, ...[least, quarter, ...differences].map((value) => value.toFixed(3))];
}

function at(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] as number;
}
