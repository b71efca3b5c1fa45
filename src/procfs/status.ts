import { parseNspid } from './namespaces.js';
import { type Pid, readProc } from './proc.js';

/** /proc/PID/status, with the fields that labs ask for as numbers: proc_pid_status(5). */
export interface Status {
  /** Every field by its name, as text. */
  readonly fields: ReadonlyMap<string, string>;
  readonly uid: Ids;
  readonly gid: Ids;
  /** The effective capabilities, one bit each: capabilities(7). */
  readonly capEff: bigint;
  /** 0 disabled, 1 strict, 2 filter; null where the kernel has no seccomp. */
  readonly seccomp: number | null;
  /** The pid in each namespace, outermost first. */
  readonly nspid: readonly number[];
  /** Resident memory in bytes; null for a zombie or a thread of the kernel, which have no memory of their own. */
  readonly vmRss: number | null;
  readonly threads: number;
}

/** The four numbers of credentials(7). */
export interface Ids {
  readonly real: number;
  readonly effective: number;
  readonly saved: number;
  readonly filesystem: number;
}

/** The status of a process; null where it is gone. */
export function readStatus(pid: Pid): Status | null {
  const text = readProc(pid, 'status');
  return text === null ? null : parseStatus(text);
}

/** The status in the text of /proc/PID/status. */
export function parseStatus(text: string): Status {
  const fields = parseFields(text);
  const seccomp = fields.get('Seccomp');
  return {
    fields,
    uid: parseIds(fields.get('Uid')),
    gid: parseIds(fields.get('Gid')),
    capEff: BigInt(`0x${fields.get('CapEff') ?? '0'}`),
    seccomp: seccomp === undefined ? null : Number(seccomp),
    nspid: parseNspid(text),
    vmRss: parseKilobytes(fields.get('VmRSS')),
    threads: Number(fields.get('Threads') ?? 0),
  };
}

/** The `Name: value` lines of a file such as /proc/PID/status or /proc/meminfo. */
export function parseFields(text: string): Map<string, string> {
  const lines = [...text.matchAll(/^([^:\n]+):(.*)$/gm)];
  return new Map(lines.map(([, name = '', value = '']) => [name, value.trim()]));
}

/** Bytes in a value such as `1768 kB`, where the kernel means 1,024 bytes by kB; null where there is no such value. */
export function parseKilobytes(value: string | undefined): number | null {
  const kilobytes = /^(\d+) kB$/.exec(value ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

function parseIds(value = ''): Ids {
  const [real = NaN, effective = NaN, saved = NaN, filesystem = NaN] = value.split(/\s+/).map(Number);
  return { real, effective, saved, filesystem };
}
