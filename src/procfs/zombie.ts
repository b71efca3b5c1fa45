import { decodeWaitStatus, type ExitStatus } from '../kernel/wait.js';
import { readProc } from './proc.js';
import { parseStat } from './processes.js';

/** Number of the field `exit_code` in /proc/PID/stat, from the end: it is the last (proc_pid_stat(5), Linux 3.5). */
const EXIT_CODE = -1;

/** How a process ended whose parent has not waited for it yet. Undefined where it is no zombie; other users get 0 from the kernel. */
export function exitStatusOfZombie(pid: number, startTime: number): ExitStatus | undefined {
  const stat = readProc(pid, 'stat');
  return stat === null ? undefined : zombieStatus(stat, startTime);
}

/** The same of the text of /proc/PID/stat. */
export function zombieStatus(stat: string, startTime: number): ExitStatus | undefined {
  const found = parseStat(stat);
  if (found.state !== 'Z' || found.startTime !== startTime) return undefined;
  return decodeWaitStatus(Number(stat.trim().split(' ').at(EXIT_CODE)));
}
