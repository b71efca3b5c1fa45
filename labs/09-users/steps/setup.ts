import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { close, mount, open } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { mapToRoot } from '../../../src/kernel/credentials/user-namespace.js';
import type { Child } from '../../../src/kernel/process.js';
import { housekeeping, type Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { shellThatStays } from '../../../src/lab/script.js';
import type { IdMapping } from '../../../src/oci/linux.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { become } from '../calls/become.js';
import { mapIds } from '../calls/maps.js';

// #region range
/** Who is root of a container on the host, and the ids that it has there, as many as an image may use. */
export const BASE = 100_000;
export const RANGE: readonly IdMapping[] = [{ containerID: 0, hostID: BASE, size: 65_536 }];

/** Maps the ids of a new user namespace: all of the range, or without root the one id that its user has. */
export function mapContainer(lab: Lab, pid: number): void {
  if (lab.privileged) mapIds(pid, RANGE);
  else mapToRoot(pid);
}
// #endregion

/** The user of the host that root of a container is. */
export function rootOutside(lab: Lab): number {
  return lab.privileged ? BASE : (process.geteuid?.() ?? 0);
}

/** Becomes root of a container. Without root of the host one is that by the map, and may not set groups. */
export function becomeRoot(lab: Lab): Syscall[] {
  return lab.privileged ? become(0, 0) : [];
}

// #region container
/** A process in a user namespace, and in others that this owns, which stays after its calls and what it prints. */
export function newContainer(lab: Lab, namespaces: number, calls: readonly Syscall[], script?: string): Promise<Child> {
  const spec = { namespaces: k.CLONE_NEWUSER | namespaces, calls: [...calls, shellThatStays(script)] };
  return lab.start({ ...spec, stdio: ['null', 'pipe', 'pipe'] }, (pid) => mapContainer(lab, pid));
}
// #endregion

/** Mounts a directory at the place where containers of this lab have their data. */
export function bindData(directory: string): Syscall[] {
  return [...privateMounts(), mount(directory, DATA, null, k.MS_BIND | k.MS_REC, null)];
}

/** Where containers of this lab have their data: a directory that every host has. */
export const DATA = '/tmp';

/** The lab's directory, or one below it, which everybody may search. */
export function directoryFor(lab: Lab, name: string): string {
  if (!existsSync(lab.directory)) lab.makeDirectory();
  const path = join(lab.directory, name);
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755); // whatever the umask is
  return path;
}

/** A file on the disk, and whose it is. */
export function newFile(path: string, text: string, { uid, gid, mode }: { uid: number; gid: number; mode: number }) {
  writeFileSync(path, text);
  chmodSync(path, mode);
  chownSync(path, uid, gid);
}

// #region held
/** A descriptor of the user namespace of a process: it stays as long as that is open. */
export async function withUserNamespace<T>(lab: Lab, { pid }: Child, use: (fd: number) => Promise<T>): Promise<T> {
  const fd = await lab.call(open(`/proc/${pid}/ns/user`, k.O_RDONLY | k.O_CLOEXEC));
  try {
    return await use(fd);
  } finally {
    await lab.call(housekeeping(close(fd)));
  }
}
// #endregion
