import { basename, dirname, join } from 'node:path';
import type { CgroupView } from '../../../labs/03-cgroups/calls/inside.js';
import type { Cgroup } from '../../cgroup/cgroup.js';
import { SHARED } from '../../cgroup/directories.js';
import { openCgroups } from '../../cgroup/open.js';
import { V1Cgroup } from '../../cgroup/v1.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { detectLayout } from '../../procfs/cgroups.js';
import { readMountinfo } from '../../procfs/mountinfo.js';

/**
 * What a container sees of its cgroup. Without one of its own: on v2 that which it was started in, on v1 nothing, which covers
 * the host's where that is in sight (`--network host` without root). Undefined where there are no cgroups at all.
 */
export function cgroupView(cgroup: Cgroup | undefined): CgroupView | undefined {
  if (cgroup) return cgroup instanceof V1Cgroup ? viewOfV1(cgroup.directories) : { version: 2 };
  const layout = detectLayout(readMountinfo());
  if (layout === 'none') return undefined;
  return layout === 'v2' ? { version: 2 } : viewOfV1([]);
}

/** The same for a container that is not created. */
export function plannedView(id: string): CgroupView | undefined {
  try {
    const { bases, layout } = openCgroups();
    return layout === 'v2' ? { version: 2 } : viewOfV1(bases.map((base) => join(base, SHARED, id)));
  } catch (error) {
    if (error instanceof UserError) return cgroupView(undefined);
    throw error;
  }
}

/** `/sys/fs/cgroup/cpu,cpuacct/tslab/NAME` is in the hierarchy `cpu,cpuacct`. */
function viewOfV1(directories: readonly string[]): CgroupView {
  const hierarchy = (directory: string) => basename(dirname(dirname(directory)));
  return { version: 1, directories: new Map(directories.map((directory) => [hierarchy(directory), directory])) };
}
