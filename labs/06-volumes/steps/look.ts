import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Finished, Lab } from '../../../src/lab/lab.js';
import { hostLines, type Observation, observed } from '../../../src/lab/observation.js';
import { shell } from '../../../src/lab/script.js';
import { type Mount, mountAround, readMountinfo } from '../../../src/procfs/mountinfo.js';
import { paths } from '../../../src/state/tree.js';

const OWN = k.CLONE_NEWNS | k.CLONE_NEWPID;

/** A container that stays until it is killed, after these calls. */
export function stay(lab: Lab, calls: readonly Syscall[]): Promise<Child> {
  return lab.start({ namespaces: OWN, calls: [...calls, shell('exec sleep 60')] });
}

/** A container that runs a script, which prints so many lines, and then stays. */
export async function doAndStay(
  lab: Lab,
  calls: readonly Syscall[],
  script: string,
  lines = 1,
): Promise<[Child, string[]]> {
  const list = [...calls, shell(`${script}\nexec sleep 60`)];
  const child = await lab.start({ namespaces: OWN, calls: list, stdio: ['null', 'pipe', 'pipe'] });
  const printed = await lab.hear(child, script, lines);
  return [child, printed.trimEnd().split('\n')];
}

/** A container that runs a script to its end, after these calls. */
export function runInside(lab: Lab, calls: readonly Syscall[], script: string): Promise<Finished> {
  return lab.run({ namespaces: OWN, calls: [...calls, shell(script)] }, script);
}

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
