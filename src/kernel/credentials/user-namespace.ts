import { writeFile } from '../call.js';

/**
 * Makes the user of this process root in the user namespace of `pid`: all that an unprivileged process may map is itself
 * (user_namespaces(7)). Since Linux 3.19 setgroups must be denied before gid_map is written.
 */
export function mapToRoot(pid: number): void {
  for (const [file, text] of rootMap(pid)) writeFile(file, text);
}

/** Files of a process, and what is written into each, in this order. */
export function rootMap(pid: number | 'PID'): (readonly [file: string, text: string])[] {
  return [
    [`/proc/${pid}/setgroups`, 'deny'],
    [`/proc/${pid}/uid_map`, `0 ${process.geteuid?.()} 1`],
    [`/proc/${pid}/gid_map`, `0 ${process.getegid?.()} 1`],
  ];
}
