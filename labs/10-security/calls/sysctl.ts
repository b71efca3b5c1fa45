import { close, open, write } from '../../../src/kernel/calls/index.js';
import { O_CLOEXEC, O_WRONLY } from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Linux } from '../../../src/oci/linux.js';

// #region sysctl
/**
 * Settings of the kernel that each network namespace, or IPC namespace, has for itself (sysctl(8)). They are files of /proc, so nothing of the
 * user's may be mounted on it yet (CVE-2019-19921), and it may not be read-only. `docker run --sysctl`; OCI: `linux.sysctl`.
 */
export function writeSettings(settings: NonNullable<Linux['sysctl']>): Syscall[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const file = open(settingFile(name), O_WRONLY | O_CLOEXEC);
    return [file, write(file, value), close(file)];
  });
}
// #endregion

/** `net.ipv4.ip_forward`, with a slash for each dot. */
export function settingFile(name: string): string {
  return `/proc/sys/${name.replaceAll('.', '/')}`;
}

/** Settings that a namespace has for itself, by its type. */
const OWN: readonly (readonly [type: 'network' | 'ipc', name: RegExp])[] = [
  ['network', /^net\./],
  ['ipc', /^(kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)$|fs\.mqueue\.)/],
];

/** The namespace that a setting belongs to; undefined where it is the whole machine's. */
export function namespaceOf(name: string): 'network' | 'ipc' | undefined {
  return OWN.find(([, pattern]) => pattern.test(name))?.[0];
}
