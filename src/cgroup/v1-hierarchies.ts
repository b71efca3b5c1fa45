import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFile } from '../kernel/call.js';
import { canMakeGroups, SHARED } from './directories.js';
import { makeCgroup } from './make.js';
import { CONTROLLERS, type Controller } from './types.js';
import { V1Cgroup } from './v1.js';

/** Where each v1 controller is mounted. Two controllers may share a mount (`cpu,cpuacct`). */
export type Hierarchies = ReadonlyMap<Controller, string>;

/** Those of our controllers that are mounted, and where this process may make directories. */
export function usableHierarchies(mounts: ReadonlyMap<string, string>): Hierarchies {
  const mounted = CONTROLLERS.map((controller) => [controller, mounts.get(controller)] as const);
  const usable = mounted.filter(
    (pair): pair is [Controller, string] => pair[1] !== undefined && canMakeGroups(pair[1]),
  );
  return new Map(usable);
}

/** Makes `tslab/<name>` in the hierarchy of each controller. The freezer is always among them: killing needs it. */
export function createV1(hierarchies: Hierarchies, name: string, controllers: readonly Controller[]): V1Cgroup {
  const wanted = [...hierarchies].filter(([one]) => controllers.includes(one) || one === 'freezer');
  const paths = wanted.map(([controller, base]) => [controller, `${base}/${SHARED}/${name}`] as const);
  const group = new V1Cgroup(name, new Map(paths));
  makeCgroup(group.directories);
  try {
    inheritCpus(group.paths.get('cpuset'));
    return group;
  } catch (error) {
    group.remove();
    throw error;
  }
}

/** `tslab/<name>` in those hierarchies that have it; undefined where none has. */
export function findV1(hierarchies: Hierarchies, name: string): V1Cgroup | undefined {
  const paths = [...hierarchies].map(([controller, base]) => [controller, `${base}/${SHARED}/${name}`] as const);
  const there = paths.filter(([, path]) => existsSync(path));
  return there.length > 0 ? new V1Cgroup(name, new Map(there)) : undefined;
}

/** A new cpuset of v1 has no CPUs and no memory nodes, and no process can enter it (ENOSPC) until it has both: cpuset(7). */
function inheritCpus(directory: string | undefined): void {
  if (directory === undefined) return;
  const shared = dirname(directory);
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (read(shared, file) === '') writeFile(`${shared}/${file}`, read(dirname(shared), file));
    writeFile(`${directory}/${file}`, read(shared, file));
  }
}

function read(directory: string, file: string): string {
  return readFileSync(`${directory}/${file}`, 'utf8').trim();
}
