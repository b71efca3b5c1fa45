import { chmod, close, mkdir, mknod, mount, open, symlink } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

/** The devices that every container has (OCI runtime specification, "Default Devices"), with major and minor. */
const DEVICES: Readonly<Record<string, readonly [number, number]>> = {
  null: [1, 3],
  zero: [1, 5],
  full: [1, 7],
  random: [1, 8],
  urandom: [1, 9],
  tty: [5, 0],
};

const LINKS: Readonly<Record<string, string>> = {
  fd: '/proc/self/fd',
  stdin: '/proc/self/fd/0',
  stdout: '/proc/self/fd/1',
  stderr: '/proc/self/fd/2',
  ptmx: 'pts/ptmx',
};

// #region make-dev
/** A /dev with nothing of the host's disks in it, made in the working directory before the pivot. */
export function makeDev(privileged: boolean): Syscall[] {
  return [...makeDevices(privileged), ...mountShm(), ...mountMqueue()];
}

/**
 * Devices and terminals. In a user namespace mknod(2) is not allowed, so there the host's nodes are bind-mounted: the same devices, under
 * the host's own permissions.
 */
export function makeDevices(privileged: boolean): Syscall[] {
  const node = privileged ? createNode : bindNode;
  return [
    mount('tmpfs', 'dev', 'tmpfs', k.MS_NOSUID | k.MS_STRICTATIME, 'mode=755,size=65536k'),
    ...Object.keys(DEVICES).flatMap((name) => node(name)),
    ...Object.entries(LINKS).map(([name, target]) => symlink(target, `dev/${name}`)),
    mkdir('dev/pts', 0o755),
    mount('devpts', 'dev/pts', 'devpts', k.MS_NOSUID | k.MS_NOEXEC, 'newinstance,ptmxmode=0666,mode=0620'),
  ];
}

/** Where POSIX shared memory is: files in a tmpfs of so many bytes (shm_overview(7), tmpfs(5)). */
export function mountShm(size = '65536k'): Syscall[] {
  return [
    mkdir('dev/shm', 0o1777),
    mount('shm', 'dev/shm', 'tmpfs', k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC, `mode=1777,size=${size}`),
  ];
}

/** The message queues of the IPC namespace of whoever makes this call (mq_overview(7)). */
export function mountMqueue(): Syscall[] {
  return [
    mkdir('dev/mqueue', 0o755),
    mount('mqueue', 'dev/mqueue', 'mqueue', k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC, null),
  ];
}
// #endregion

function createNode(name: string): Syscall[] {
  const path = `dev/${name}`;
  // The umask may have taken bits away: everybody may use these devices.
  return [mknod(path, k.S_IFCHR | 0o666, DEVICES[name]), chmod(path, 0o666)];
}

function bindNode(name: string): Syscall[] {
  const file = open(`dev/${name}`, k.O_WRONLY | k.O_CREAT | k.O_CLOEXEC, 0o666);
  return [file, close(file), mount(`/dev/${name}`, `dev/${name}`, null, k.MS_BIND, null)];
}
