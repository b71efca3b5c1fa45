import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findCgroups } from '../../../src/cgroup/sweep.js';
import { readMountinfo } from '../../../src/procfs/mountinfo.js';
import { listProcesses } from '../../../src/procfs/processes.js';

/** All that is there of these containers, and of a state directory but for what every one has. */
export function leftOf(state: string, ids: readonly string[]): string[] {
  const cgroups = findCgroups().filter((path) => ids.includes(basename(path)));
  const mounts = readMountinfo().filter(({ mountPoint }) => mountPoint.startsWith(`${state}/`));
  return [
    ...filesIn(state),
    ...cgroups.map((path) => `cgroup ${path}`),
    ...mounts.map(({ mountPoint }) => `mount ${mountPoint}`),
    ...processesOf(state, ids),
  ];
}

/** Containers, names, volumes, ledgers, temporary files, and a socket without a supervisor. */
function filesIn(state: string): string[] {
  const directories = ['containers', 'names', 'volumes', 'ledger', 'quarantine', 'run'];
  const files = directories.flatMap((name) => readOrNothing(join(state, name)).map((file) => `${name}/${file}`));
  return files.filter((file) => !USUAL.has(file)).map((file) => `file ${file}`);
}

const USUAL = new Set([
  'names/.lock',
  'volumes/.lock',
  'run/supervisor.lock',
  'run/supervisor.start',
  'run/supervisor.log',
]);

function readOrNothing(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Processes of containers are told by their cgroup or their mounts, those of tslab by their environment. */
function processesOf(state: string, ids: readonly string[]): string[] {
  const belongs = (pid: number) =>
    ids.some((id) => textOf(pid, 'cgroup').includes(id)) ||
    textOf(pid, 'mountinfo').includes(`${state}/`) ||
    textOf(pid, 'environ').includes(`TSLAB_STATE=${state}\0`);
  const others = listProcesses().filter(({ pid, ppid }) => pid !== process.pid && ppid !== process.pid);
  return others.filter(({ pid }) => belongs(pid)).map(({ pid, comm }) => `process ${pid} ${comm}`);
}

/** Empty where the process has ended; a zombie has no mounts (EINVAL). */
function textOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
