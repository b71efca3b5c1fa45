import type { ContainerProcess } from '../../container/stats/processes.js';
import { renderTable } from './table.js';

const HEADER = ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'];

/** Processes as `docker top` prints them, which are the columns of `ps -ef`. `now` is in milliseconds. */
export function renderProcesses(processes: readonly ContainerProcess[], now: number): string {
  return renderTable(
    HEADER,
    processes.map((process) => [
      process.user,
      `${process.pid}`,
      `${process.ppid}`,
      `${load(process, now)}`,
      startedAt(process.started, now),
      process.tty,
      clock(process.cpuSeconds),
      process.command,
    ]),
  );
}

/** Per cent of its life that it was on a CPU: the C of ps(1). */
function load({ cpuSeconds, started }: ContainerProcess, now: number): number {
  const age = Math.max(1, (now - started) / 1000);
  return Math.min(99, Math.floor((cpuSeconds / age) * 100));
}

/** `14:05` if that was today, else `Nov21`. */
function startedAt(started: number, now: number): string {
  const time = new Date(started);
  if (time.toDateString() === new Date(now).toDateString()) return time.toTimeString().slice(0, 5);
  return time.toDateString().slice(4, 10).replace(' ', '');
}

/** `00:01:05` */
function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
