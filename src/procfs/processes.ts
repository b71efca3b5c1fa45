import { readdirSync } from 'node:fs';
import { type Pid, readProc } from './proc.js';

/** A process, as /proc/PID/stat describes it: proc_pid_stat(5). */
export interface Process {
  readonly pid: number;
  /** Name of the program, cut to 15 bytes; any character may occur in it. */
  readonly comm: string;
  /** One letter: R running, S sleeping, D uninterruptible, T stopped, Z zombie, X dead, … */
  readonly state: string;
  readonly ppid: number;
  readonly pgrp: number;
  readonly session: number;
  /** When it started, in clock ticks (sysconf(_SC_CLK_TCK) a second, 100) since boot. Pid and start time name a process. */
  readonly startTime: number;
  /** A thread of the kernel itself, with no program. */
  readonly kernelThread: boolean;
}

/** All processes that can be seen, in order of pid. Some may end or start while the list is read. */
export function listProcesses(): Process[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .map((name) => readProcess(Number(name)))
    .filter((process) => process !== null)
    .sort((a, b) => a.pid - b.pid);
}

/** One process; null where it is gone or hidden. */
export function readProcess(pid: Pid): Process | null {
  const text = readProc(pid, 'stat');
  return text === null ? null : parseStat(text);
}

/** The process in the text of /proc/PID/stat. */
export function parseStat(text: string): Process {
  // `comm` may hold spaces, parentheses and newlines, but nothing after it does: it ends at the last parenthesis.
  const [open, close] = [text.indexOf('('), text.lastIndexOf(')')];
  const fields = text
    .slice(close + 1)
    .trim()
    .split(' ');
  const field = (number: number) => fields[number - FIRST_AFTER_COMM] ?? '';
  return {
    pid: Number.parseInt(text, 10),
    comm: text.slice(open + 1, close),
    state: field(3),
    ppid: Number(field(4)),
    pgrp: Number(field(5)),
    session: Number(field(6)),
    startTime: Number(field(22)),
    kernelThread: (Number(field(9)) & PF_KTHREAD) !== 0,
  };
}

/** Number of the field behind `comm`, as proc_pid_stat(5) counts. */
const FIRST_AFTER_COMM = 3;
/** include/linux/sched.h */
const PF_KTHREAD = 0x0020_0000;

/** When a process started, in clock ticks since boot; null where it is gone. */
export function startTime(pid: Pid): number | null {
  return readProcess(pid)?.startTime ?? null;
}

/**
 * Whether the process that had this pid and start time still runs. Pids are used again; pid and start time are not.
 *
 * A zombie is dead: its parent has not waited for it yet.
 */
export function isAlive(pid: number, startTime: number): boolean {
  const found = readProcess(pid);
  if (found === null) return isHidden(pid);
  return found.startTime === startTime && !DEAD_STATES.has(found.state);
}

const DEAD_STATES = new Set(['Z', 'X', 'x']);

// With hidepid (proc(5)) /proc hides other users' processes; kill(2) with signal 0 still tells that one exists.
function isHidden(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
