import { lstatSync, readFileSync } from 'node:fs';
import { open, read } from '../../../src/kernel/calls/index.js';
import { O_CLOEXEC, O_RDONLY } from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import { recordErrno } from '../../../src/kernel/render.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { hostLines, type Observation, observed } from '../../../src/lab/observation.js';

/** What the kernel shows in the place of an id that a map has not: /proc/sys/kernel/overflowuid. */
export const NOBODY = 65_534;

/** Owner and group of a file as the host has them. */
export function ownerOutside(path: string): Observation {
  const file = lstatSync(path, { throwIfNoEntry: false });
  return observed('host', path, file ? `${file.uid} ${file.gid}` : null);
}

/** Who a process is on the host: real, effective, saved and filesystem id. */
export function userOutside({ pid }: Child): Observation {
  return hostLines(`/proc/${pid}/status`, /^Uid:/);
}

export function effectiveUid({ value }: Observation): string {
  return value?.split(/\s+/)[2] ?? '';
}

/** A call that has a process read what it is at this point of its list, and what it has read. */
export function readStatus(): { calls: Syscall[]; capabilities: () => string } {
  const into = Buffer.alloc(4096);
  const file = open('/proc/self/status', O_RDONLY | O_CLOEXEC);
  return { calls: [file, read(file, into)], capabilities: () => effective(into.toString()) };
}

/** The effective set in a /proc/PID/status. */
export function effective(status: string): string {
  return /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '';
}

/** All capabilities that this kernel knows, as /proc/PID/status writes them. */
export function allCapabilities(): string {
  const last = BigInt(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8'));
  return ((1n << (last + 1n)) - 1n).toString(16).padStart(16, '0');
}

/** What came of each call of a name that a process made on the way to its program: an errno, or `done`. */
export function outcomes(child: Child, name: string): string[] {
  const made = child.trace().filter(({ call }) => call.name === name);
  return made.map((record) => recordErrno(record) ?? 'done');
}

/** Of each line of `ls -ln` the owner. */
export function ownersIn(listing: string): string {
  const lines = listing.split('\n').filter((line) => /^[-d]/.test(line));
  return lines.map((line) => line.split(/\s+/)[2]).join(' ');
}
