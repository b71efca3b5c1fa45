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

/** What a start took, in milliseconds: by the clock, and of CPU in this process, which does not count what others took. */
interface Took {
  readonly wall: number;
  readonly cpu: number;
}

const times = new Map(Object.keys(ROWS).map((name) => [name, [] as Took[]]));
// Interleaved, and each round begins with another: what else the machine does hits all alike.
for (let round = -20; round < ROUNDS; round++) {
  const names = Object.keys(ROWS);
  for (let i = 0; i < names.length; i++) {
    const name = names[(i + Math.abs(round)) % names.length] as string;
    const took = await startOnce(ROWS[name] as readonly string[]);
    if (round >= 0) times.get(name)?.push(took);
  }
}
console.log(
  table([['ms', 'least', 'p10', 'Δ least', 'Δ p10', 'Δ paired', 'Δ own CPU'], ...Object.keys(ROWS).map(row)]),
);
judge('the defaults', 'without all of these', 0.6);
judge('the filter', 'without the filter', 0.35);

/** Milliseconds from the launch of a created container to its program, of which the start ends where launch() returns. */
async function startOnce(skip: readonly string[]): Promise<Took> {
  const request = parseRun({ rm: true, network: ['none'] }, ['busybox', 'true'], readEnvironment());
  const { config } = createFrom({ ...request, skip });
  const [began, used] = [performance.now(), process.cpuUsage()];
  const running = launch(config.id, { stdio: STDIO });
  const [wall, { user, system }] = [performance.now() - began, process.cpuUsage(used)];
  const { exitCode } = await running.ended;
  removeContainer(readContainer(config.id) as Container, true);
  if (exitCode !== 0) throw new Error(`/bin/true ended with ${exitCode}`);
  return { wall, cpu: (user + system) / 1000 };
}

function row(name: string): string[] {
  const wall = walls(name);
  const cells = [at(wall, 0), at(wall, 0.1), ...Object.values(costOf(name, 'without all of these'))];
  return [name, ...cells.map((value) => value.toFixed(3))];
}

/** What one row costs more than another. Paired: of each round, the median; what slows a round down slows both. */
function costOf(name: string, base: string) {
  const [one, other] = [times.get(name) as Took[], times.get(base) as Took[]];
  return {
    least: at(walls(name), 0) - at(walls(base), 0),
    p10: at(walls(name), 0.1) - at(walls(base), 0.1),
    paired: at(pairs(name, base), 0.5),
    cpu: at(
      one.map(({ cpu }, i) => cpu - (other[i] as Took).cpu),
      0.5,
    ),
  };
}

function pairs(name: string, base: string): number[] {
  const other = walls(base);
  return walls(name).map((value, i) => value - (other[i] as number));
}

/** Whether a cost is within its budget, where the noise lets that be told: twice the standard error of the median, by its quartiles. */
function judge(what: string, without: string, budget: number): void {
  const all = pairs('with all', without);
  const error = (2 * 0.93 * (at(all, 0.75) - at(all, 0.25))) / Math.sqrt(all.length);
  const cost = at(all, 0.5);
  const verdict =
    cost + error <= budget ? 'within' : cost - error > budget ? 'OVER' : 'undecided: more rounds, or less load';
  console.log(`${what}: ${cost.toFixed(3)} ± ${error.toFixed(3)} ms of ${budget}: ${verdict}`);
}

function walls(name: string): number[] {
  return (times.get(name) as Took[]).map(({ wall }) => wall);
}

function at(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] as number;
}
