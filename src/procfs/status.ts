import { type Pid, readProc } from './proc.js';

/** /proc/PID/status, some of its fields as numbers: proc_pid_status(5). */
export interface Status {
  /** Every field by its name, as text. */
  readonly fields: ReadonlyMap<string, string>;
  /** The effective user id. */
  readonly euid: number;
  /** The effective capabilities, one bit each: capabilities(7). */
  readonly capEff: bigint;
  /** 0 disabled, 1 strict, 2 filter; null where the kernel has no seccomp. */
  readonly seccomp: number | null;
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
    euid: Number(fields.get('Uid')?.split(/\s+/)[1]),
    capEff: BigInt(`0x${fields.get('CapEff') ?? '0'}`),
    seccomp: seccomp === undefined ? null : Number(seccomp),
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
