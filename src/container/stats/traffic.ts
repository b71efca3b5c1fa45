/** Bytes that a container's processes moved, from /proc: the cgroup controller for disks (io, blkio) may be missing. */
import { readProc } from '../../procfs/proc.js';
import { parseFields } from '../../procfs/status.js';

/** Bytes in both directions. */
export interface Traffic {
  readonly in: number;
  readonly out: number;
}

/** Bytes that the interfaces of a process's network namespace have received and sent, without lo. Undefined where that cannot be read. */
export function networkTraffic(pid: number): Traffic | undefined {
  const text = readProc(pid, 'net/dev');
  return text === null ? undefined : parseNetDev(text);
}

/** The sum over /proc/PID/net/dev: two lines of headings, then an interface a line, bytes in the columns 1 and 9 (proc_pid_net(5)). */
export function parseNetDev(text: string): Traffic {
  const lines = text.split('\n').slice(2).filter(Boolean);
  const interfaces = lines.map((line) => line.split(':') as [string, string]);
  const counted = interfaces.filter(([name]) => name.trim() !== 'lo').map(([, counts]) => counts.trim().split(/\s+/));
  return sum(counted.map((counts) => ({ in: Number(counts[0]), out: Number(counts[8]) })));
}

/**
 * Bytes that processes caused to be read from disks and written to them; those that have ended are counted with the parent that waited for
 * them (proc_pid_io(5)). Undefined where the kernel does not tell.
 */
export function diskTraffic(pids: readonly number[]): Traffic | undefined {
  const told = pids.flatMap((pid) => parseIo(readProc(pid, 'io')) ?? []);
  return told.length > 0 ? sum(told) : undefined;
}

function parseIo(text: string | null): Traffic | undefined {
  if (text === null) return undefined;
  const fields = parseFields(text);
  return { in: Number(fields.get('read_bytes')), out: Number(fields.get('write_bytes')) };
}

function sum(parts: readonly Traffic[]): Traffic {
  return parts.reduce((all, part) => ({ in: all.in + part.in, out: all.out + part.out }), { in: 0, out: 0 });
}
