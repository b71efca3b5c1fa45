import { close, open, write } from '../kernel/calls/index.js';
import { O_CLOEXEC, O_WRONLY } from '../kernel/constants.js';
import type { Syscall } from '../kernel/syscall.js';

/** Whoever makes these calls moves into the cgroup of a directory: 0 means the writer (cgroups(7)). `tasks` of v1 takes a single thread. */
export function joinDirectory(directory: string, file: 'cgroup.procs' | 'tasks' = 'cgroup.procs'): Syscall[] {
  const fd = open(`${directory}/${file}`, O_WRONLY | O_CLOEXEC);
  return [fd, write(fd, '0'), close(fd)];
}
