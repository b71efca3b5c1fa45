import { join } from 'node:path';
import { UserError } from '../kernel/user-error.js';
import { type CgroupLayout, controllerMounts, detectLayout, readProcCgroup } from '../probe/cgroups.js';
import { type Mount, readMountinfo } from '../probe/mountinfo.js';
import type { Cgroup } from './cgroup.js';
import { CONTROLLERS, type Controller } from './types.js';
import { createV1, findV1, type Hierarchies, usableHierarchies } from './v1-hierarchies.js';
import { createV2, findBase, findV2, offeredBy } from './v2-hierarchy.js';
import { checkName } from './values.js';

/** The cgroups of this machine, as far as this process may use them. */
export interface Cgroups {
  readonly layout: CgroupLayout;
  /** What a new cgroup can have here. */
  readonly controllers: ReadonlySet<Controller>;
  /** Directories below which `tslab` is made. */
  readonly bases: readonly string[];
  /**
   * Makes the cgroup `tslab/<name>` with those of the controllers that there are; all of them unless said otherwise.
   * Nothing is left where that fails.
   */
  create(name: string, controllers?: readonly Controller[]): Cgroup;
  /** The cgroup `tslab/<name>` that somebody made earlier, or undefined. */
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
    controllers: new Set(hierarchies.keys()),
    bases: [...new Set(hierarchies.values())],
    create: (name, controllers = CONTROLLERS) => createV1(hierarchies, checkName(name), controllers),
    find: (name) => findV1(hierarchies, checkName(name)),
  };
}

function openV2(mounts: readonly Mount[], layout: CgroupLayout): Cgroups | undefined {
  const mount = mounts.find(({ fstype }) => fstype === 'cgroup2');
  const base = mount && findBase(mount.mountPoint, ownDirectory(mount));
  if (base === undefined) return undefined;
  return {
    layout,
    controllers: new Set(offeredBy(base)),
    bases: [base],
    create: (name, controllers = CONTROLLERS) => createV2(base, checkName(name), controllers),
    find: (name) => findV2(base, checkName(name)),
  };
}

/** The directory of our own cgroup: /proc/self/cgroup counts from the hierarchy's root, the mount may show only a part. */
function ownDirectory({ mountPoint, root }: Mount): string {
  const path = readProcCgroup('self').find(({ hierarchy }) => hierarchy === 0)?.path ?? '/';
  return join(mountPoint, path.startsWith(root) ? path.slice(root.length) : path);
}

function impossible(mounts: readonly Mount[], layout: CgroupLayout): UserError {
  if (layout === 'none') {
    return new UserError('No cgroup filesystem is mounted here.', 3, 'mount -t cgroup2 none /sys/fs/cgroup');
  }
  const readOnly = mounts.some(({ fstype, options }) => fstype.startsWith('cgroup') && options.includes('ro'));
  if (readOnly) {
    const message = 'The cgroup filesystem is mounted read-only here, as in a container without privileges.';
    return new UserError(message, 3, 'docker run --privileged …, or run tslab on the host');
  }
  if (layout === 'v2') {
    const message = 'This user may not create control groups here: no cgroup has been delegated to it.';
    return new UserError(message, 3, `systemd-run --user --scope -p Delegate=yes ${again()}   (or: sudo ${again()})`);
  }
  return new UserError(`With cgroup ${layout} only root may create control groups.`, 3, `sudo ${again()}`);
}

/** What the person typed, to be typed again in front of something. */
function again(): string {
  // `tslab serve` runs labs with words that nobody has typed, and says what was.
  return process.env.TSLAB_TYPED ?? ['tslab', ...process.argv.slice(2)].join(' ');
}
