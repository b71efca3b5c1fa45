import { chmod, chown, mkdir, mknod } from '../../../src/kernel/calls/index.js';
import { S_IFBLK, S_IFCHR } from '../../../src/kernel/constants.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import type { Linux } from '../../../src/oci/linux.js';

type Device = NonNullable<Linux['devices']>[number];

// #region device-nodes
/**
 * Nodes for devices of the host, in the container: two numbers, and whom the file belongs to. One that is there stays, as with runc. Whether it
 * may be opened the rules of the cgroup say. `docker run --device`; OCI: `linux.devices`.
 */
export function makeNodes(devices: readonly Device[] = []): Syscall[] {
  return devices.flatMap(({ type, path, major = 0, minor = 0, fileMode = 0o666, uid = 0, gid = 0 }) => [
    ...above(path).map((directory) => mayFail(mkdir(directory, 0o755))),
    mayFail(mknod(path, (type === 'b' ? S_IFBLK : S_IFCHR) | fileMode, [Number(major), Number(minor)])),
    chmod(path, fileMode), // The umask may have taken bits away.
    ...(uid === 0 && gid === 0 ? [] : [chown(path, uid, gid)]),
  ]);
}
// #endregion

/** The directories on the way, /dev aside. */
function above(path: string): string[] {
  const names = path.split('/').slice(1, -1);
  return names.map((_, i) => `/${names.slice(0, i + 1).join('/')}`).filter((directory) => directory !== '/dev');
}
