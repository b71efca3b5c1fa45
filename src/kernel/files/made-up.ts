import { statfsSync } from 'node:fs';

/** include/uapi/linux/magic.h: proc, sysfs, devpts, cgroup, cgroup2. */
const MADE_UP: ReadonlySet<number> = new Set([0x9fa0, 0x62656572, 0x1cd1, 0x27e0eb, 0x63677270]);

/** Whether the kernel makes up the files of an open directory as they are read: none has bytes of its own. */
export function isMadeUp(fd: number): boolean {
  return MADE_UP.has(statfsSync(`/proc/self/fd/${fd}`).type);
}
