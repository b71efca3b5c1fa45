import { type Pid, readProc } from './proc.js';

/** The names of the network links that a process has: two lines of headings, then one a line (proc_pid_net(5)). */
export function readLinkNames(pid: Pid): string[] {
  const lines = readProc(pid, 'net/dev')?.split('\n').slice(2) ?? [];
  return lines.flatMap((line) => /^\s*(\S+):/.exec(line)?.[1] ?? []);
}
