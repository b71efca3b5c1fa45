import { readFileSync } from 'node:fs';
import { prlimit64, RLIM_INFINITY } from '../calls/index.js';
import { housekeeping, type Syscall } from '../syscall.js';

/** A soft limit, and the hard one up to which a process may raise it itself. */
export interface Limit {
  readonly soft: bigint;
  readonly hard: bigint;
}

let calls: readonly Syscall[] | undefined;
let fixed: bigint | undefined;

/** Sets the soft limit of programs that are started from now on; the hard one where that is lower. */
export function limitOpenFiles(soft: number): void {
  fixed = BigInt(soft);
  calls = undefined;
}

/**
 * Gives a program the limit that tslab was started with. node raises its own to the hard one before any JavaScript runs
 * (PlatformInit(), src/node.cc), and programs inherit it: some close every descriptor up to it, or rely on select(2)'s 1024.
 */
export function callersOpenFiles(): readonly Syscall[] {
  calls ??= putBack();
  return calls;
}

function putBack(): Syscall[] {
  const own = limitOf('self');
  const wanted = fixed ?? fromLauncher(process.env.TSLAB_NOFILE) ?? limitOf(process.ppid)?.soft;
  if (!own || wanted === undefined || wanted >= own.soft) return [];
  return [housekeeping(prlimit64('RLIMIT_NOFILE', wanted, own.hard))];
}

/** `PID LIMIT`, as the first line of dist/bin/tslab.cjs gets it from its shell, which became this process. With another pid it does not count. */
function fromLauncher(text: string | undefined): bigint | undefined {
  const [pid, limit] = text?.split(' ') ?? [];
  return Number(pid) === process.pid ? number(limit) : undefined;
}

/** Where node was started without that line: the limits of its parent, which are most likely the same. */
function limitOf(pid: number | 'self'): Limit | undefined {
  try {
    return parseOpenFiles(readFileSync(`/proc/${pid}/limits`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** `Max open files` of a /proc/PID/limits (proc_pid_limits(5)). */
export function parseOpenFiles(limits: string): Limit | undefined {
  const [, soft, hard] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(limits) ?? [];
  const [s, h] = [number(soft), number(hard)];
  return s === undefined || h === undefined ? undefined : { soft: s, hard: h };
}

function number(text: string | undefined): bigint | undefined {
  if (text === 'unlimited') return RLIM_INFINITY;
  return text !== undefined && /^\d+$/.test(text) ? BigInt(text) : undefined;
}
