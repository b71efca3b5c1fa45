import { writeFile } from '../call.js';

/**
 * Makes the user of this process root in the user namespace of `pid`: all that an unprivileged process may map is itself
 * (user_namespaces(7)). Since Linux 3.19 setgroups must be denied before gid_map is written.
 */
export function mapToRoot(pid: number): void {
  writeFile(`/proc/${pid}/setgroups`, 'deny');
  writeFile(`/proc/${pid}/uid_map`, `0 ${process.geteuid?.()} 1`);
  writeFile(`/proc/${pid}/gid_map`, `0 ${process.getegid?.()} 1`);
}
