import { join } from 'node:path';
import { isInFirstUserNamespace, isPrivileged } from '../kernel/credentials/privilege.js';
import { type CgroupLayout, controllerMounts, detectLayout, readProcCgroup } from '../procfs/cgroups.js';
import { type Mount, readMountinfo } from '../procfs/mountinfo.js';
import { again, hasSystemd, inScope } from './again.js';
import type { Cgroup } from './cgroup.js';
import { CgroupsRefused } from './refusal.js';
import { type Controller, USUAL_CONTROLLERS } from './types.js';
import { findV1, type Hierarchies, planV1, usableHierarchies } from './v1/hierarchies.js';
import { findBase, findV2, offeredBy, planV2 } from './v2/hierarchy.js';
import { refuseWithoutRoom } from './v2/leaf.js';
import { checkName } from './values.js';

/** The cgroups of this machine, as far as this process may use them. */
export interface Cgroups {
  readonly layout: CgroupLayout;
  /** What a new cgroup can have here, of the usual ones. */
  readonly controllers: ReadonlySet<Controller>;
  /** Directories below which `tslab` is made. */
  readonly bases: readonly string[];
  /**
   * Makes the cgroup `tslab/<name>` with those of the controllers that there are; the usual ones unless said otherwise.
   * Nothing is left where that fails.
   */
  create(name: string, controllers?: readonly Controller[]): Cgroup;
  /** The same before it is made: see {@link Cgroup.make}. */
  plan(name: string, controllers?: readonly Controller[]): Cgroup;
  /** The cgroup `tslab/<name>` if it exists already, or undefined. */
  find(name: string): Cgroup | undefined;
}

/** Finds out how cgroups work here. Throws a UserError (status 3) with the remedy where this process can create none. */
export function openCgroups(): Cgroups {
  const mounts = readMountinfo('self');
  const layout = detectLayout(mounts);
  const cgroups = openV1(mounts, layout) ?? openV2(mounts, layout);
  if (cgroups) return cgroups;
  throw impossible(mounts, layout);
}

/** The v1 controllers, also where v2 is mounted beside them (hybrid): there v2 has no controller of ours. */
function openV1(mounts: readonly Mount[], layout: CgroupLayout): Cgroups | undefined {
  const hierarchies: Hierarchies = usableHierarchies(controllerMounts(mounts));
  if (hierarchies.size === 0) return undefined;
  return {
    layout,
    controllers: usualAmong([...hierarchies.keys()]),
    bases: [...new Set(hierarchies.values())],
    ...making((name, controllers) => planV1(hierarchies, name, controllers)),
    find: (name) => findV1(hierarchies, checkName(name)),
  };
}

function making(
  planned: (name: string, controllers: readonly Controller[]) => Cgroup,
): Pick<Cgroups, 'create' | 'plan'> {
  const plan = (name: string, controllers = USUAL_CONTROLLERS) => planned(checkName(name), controllers);
  const create = (name: string, controllers?: readonly Controller[]) => {
    const group = plan(name, controllers);
    group.make();
    return group;
  };
  return { plan, create };
}

function openV2(mounts: readonly Mount[], layout: CgroupLayout): Cgroups | undefined {
  const base = v2Base(mounts);
  if (base === undefined) return undefined;
  refuseWithoutRoom(base);
  return {
    layout,
    controllers: usualAmong(offeredBy(base)),
    bases: [base],
    ...making((name, controllers) => planV2(base, name, controllers)),
    find: (name) => findV2(base, checkName(name)),
  };
}

function usualAmong(controllers: readonly Controller[]): ReadonlySet<Controller> {
  return new Set(controllers.filter((one) => USUAL_CONTROLLERS.includes(one)));
}

/** The cgroup of v2 below which ours are made; undefined where there is none. */
export function v2Base(mounts: readonly Mount[]): string | undefined {
  // The last mount on a directory is the one that is seen there.
  const all = mounts.filter(({ fstype }) => fstype === 'cgroup2').reverse();
  return all.map((mount) => findBase(mount.mountPoint, ownDirectory(mount))).find((found) => found !== undefined);
}

/** The directory of our own cgroup: /proc/self/cgroup counts from the hierarchy's root, the mount may show only a part. */
function ownDirectory({ mountPoint, root }: Mount): string {
  const path = readProcCgroup('self').find(({ hierarchy }) => hierarchy === 0)?.path ?? '/';
  return join(mountPoint, path.startsWith(root) ? path.slice(root.length) : path);
}

function impossible(mounts: readonly Mount[], layout: CgroupLayout): CgroupsRefused {
  if (layout === 'none') {
    return new CgroupsRefused('not mounted', 'No cgroup filesystem is mounted here.', asRoot(MOUNT));
  }
  const readOnly = mounts.filter(({ fstype, options }) => fstype.startsWith('cgroup') && options.includes('ro'));
  if (readOnly.length > 0) return mountedReadOnly(readOnly);
  if (layout === 'v2') {
    const message = 'This user may not create control groups here: no cgroup has been delegated to it.';
    const remedy = hasSystemd() ? `${inScope(again())}   (or: sudo ${again()})` : `sudo ${again()}`;
    return new CgroupsRefused('not delegated', message, remedy);
  }
  return new CgroupsRefused(
    'root only',
    `With cgroup ${layout} only root may create control groups.`,
    `sudo ${again()}`,
  );
}

const MOUNT = 'mount -t cgroup2 none /sys/fs/cgroup';

/** Only a process that may mount here can change that, and in a container that is mounted so none should. */
function mountedReadOnly(mounts: readonly Mount[]): CgroupsRefused {
  const message = 'The cgroup filesystem is mounted read-only here, as in a container without privileges.';
  const remount = mounts.map(({ mountPoint }) => asRoot(`mount -o remount,bind,rw ${mountPoint}`)).join(' && ');
  const mayRemount = isPrivileged() || (process.geteuid?.() !== 0 && isInFirstUserNamespace());
  const remedy = mayRemount
    ? `${remount} && ${asRoot(again())}`
    : 'docker run --privileged …, or run tslab on the host';
  return new CgroupsRefused('read-only', message, remedy);
}

function asRoot(command: string): string {
  return process.geteuid?.() === 0 ? command : `sudo ${command}`;
}
