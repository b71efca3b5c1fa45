import { writeFile } from '../call.js';

/** Makes the user of this process root in the user namespace of `pid`: all that an unprivileged process may map is itself (user_namespaces(7)). */
export function mapToRoot(pid: number): void {
  for (const [file, text] of mapFiles(pid, `0 ${process.geteuid?.()} 1`, `0 ${process.getegid?.()} 1`)) {
    writeFile(file, text);
  }
}

/** Files of a process, and what is written into each. Since Linux 3.19 setgroups must be denied before gid_map is written. */
export function mapFiles(
  pid: number | 'PID' | 'self',
  uids: string,
  gids: string,
): (readonly [file: string, text: string])[] {
  return [
    [`/proc/${pid}/setgroups`, 'deny'],
    [`/proc/${pid}/uid_map`, uids],
    [`/proc/${pid}/gid_map`, gids],
  ];
}
