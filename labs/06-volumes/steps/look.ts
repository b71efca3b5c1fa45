import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Child } from '../../../src/kernel/process.js';
import { hostLines, type Observation, observed } from '../../../src/lab/observation.js';
import { type Mount, mountAround, readMountinfo } from '../../../src/procfs/mountinfo.js';
import { paths } from '../../../src/state/tree.js';

/** A file as a container sees it, by way of the root directory that the host sees it have. */
export function fileInside({ pid }: Child, path: string): Observation {
  return observed('container', path, textOf(`/proc/${pid}/root${path}`));
}

/** What is in a directory of a container. */
export function listInside({ pid }: Child, path: string): Observation {
  return observed('container', `ls ${path}`, namesIn(`/proc/${pid}/root${path}`));
}

/** What is in a directory of the host. */
export function listOnHost(path: string): Observation {
  return observed('host', `ls ${path}`, namesIn(path));
}

/** Every file below a directory of the host. */
export function treeOnHost(path: string): Observation {
  return observed('host', `find ${path}`, paths(path).join('\n') || 'nothing');
}

/** Names in a directory, sorted; null where there is no such directory. */
export function namesIn(path: string): string | null {
  try {
    return readdirSync(path).sort().join(' ') || 'nothing';
  } catch {
    return null;
  }
}

/** A file's text without the line break at its end; null where it cannot be read. */
export function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch {
    return null;
  }
}

/** The lines of a container's mount table for a mount point and what lies below it. */
export function mountLines({ pid }: Child, mountPoint: string): Observation {
  return hostLines(`/proc/${pid}/mountinfo`, new RegExp(` ${mountPoint}[/ ]`));
}

/** The mount that a container has at a mount point. */
export function mountAt({ pid }: Child, mountPoint: string): Mount | undefined {
  return readMountinfo(pid).find((mount) => mount.mountPoint === mountPoint);
}

/** Where a directory of the host is attached in a container: mount points, as the container names them. */
export function placesOf(source: string, { pid }: Child): string {
  const { device, root } = placeOnDisk(source);
  const same = readMountinfo(pid).filter((mount) => mount.device === device && mount.root === root);
  return same.map(({ mountPoint }) => mountPoint).join(', ') || 'nowhere';
}

/** Filesystem and path below that filesystem's own root, which is what mountinfo says of a bind mount. */
export function placeOnDisk(path: string): { device: string; root: string } {
  const { device, root, mountPoint } = mountAround(readMountinfo(), path);
  return { device, root: join(root, relative(mountPoint, path)) };
}
