import { existsSync } from 'node:fs';
import { canMakeGroups, SHARED } from '../directories.js';
import { CONTROLLERS, type Controller } from '../types.js';
import { V1Cgroup } from './v1-cgroup.js';

/** Where each v1 controller is mounted. Two controllers may share a mount (`cpu,cpuacct`). */
export type Hierarchies = ReadonlyMap<Controller, string>;

const V1_NAMES: Partial<Record<Controller, string>> = { io: 'blkio' };

/** Those of our controllers that are mounted, and where this process may make directories. */
export function usableHierarchies(mounts: ReadonlyMap<string, string>): Hierarchies {
  const mounted = CONTROLLERS.map(
    (controller) => [controller, mounts.get(V1_NAMES[controller] ?? controller)] as const,
  );
  const usable = mounted.filter(
    (pair): pair is [Controller, string] => pair[1] !== undefined && canMakeGroups(pair[1]),
  );
  return new Map(usable);
}

/** `tslab/<name>` in the hierarchy of each controller. The freezer is always among them: killing needs it. */
export function planV1(hierarchies: Hierarchies, name: string, controllers: readonly Controller[]): V1Cgroup {
  const wanted = [...hierarchies].filter(([one]) => controllers.includes(one) || one === 'freezer');
  const paths = wanted.map(([controller, base]) => [controller, `${base}/${SHARED}/${name}`] as const);
  return new V1Cgroup(name, new Map(paths));
}

/** `tslab/<name>` in those hierarchies that have it; undefined where none has. */
export function findV1(hierarchies: Hierarchies, name: string): V1Cgroup | undefined {
  const paths = [...hierarchies].map(([controller, base]) => [controller, `${base}/${SHARED}/${name}`] as const);
  const there = paths.filter(([, path]) => existsSync(path));
  return there.length > 0 ? new V1Cgroup(name, new Map(there)) : undefined;
}
