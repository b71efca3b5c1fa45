import { existsSync, statSync } from 'node:fs';
import { mount } from '../../src/kernel/calls.js';
import * as k from '../../src/kernel/constants.js';
import { once } from '../../src/kernel/once.js';
import { mayFail, type Syscall } from '../../src/kernel/syscall.js';

/** What Docker hides (moby, oci/defaults.go: MaskedPaths): memory, keys and timers of the whole machine. */
const MASKED = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
];

/** What Docker leaves readable only (ReadonlyPaths): settings of the one kernel that everybody shares. */
const READ_ONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

// #region mask
/**
 * Hides files under /dev/null and directories under an empty tmpfs; binds others on themselves, read-only. What is not
 * there need not be hidden: as in runc, these calls may fail.
 */
export function maskPaths(): Syscall[] {
  return [...MASKED.filter(existsHere).map(hidden), ...READ_ONLY.filter(existsHere).flatMap(readOnly)];
}

function hide(path: string): Syscall {
  if (!statSync(path).isDirectory()) return mount('/dev/null', path, null, k.MS_BIND, null);
  return mount('tmpfs', path, 'tmpfs', k.MS_RDONLY, null);
}

/** The first mount(2) ignores MS_RDONLY: a bind mount becomes read-only by a remount only (mount(2), "Remounting"). */
function makeReadOnly(path: string): Syscall[] {
  const proc = k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC;
  return [
    mount(path, path, null, k.MS_BIND | k.MS_REC, null),
    mount(null, path, null, k.MS_REMOUNT | k.MS_BIND | k.MS_RDONLY | proc, null),
  ];
}
// #endregion

const hidden = once((path: string) => mayFail(hide(path)));
const readOnly = once((path: string) => makeReadOnly(path).map(mayFail));

/** proc and sysfs have the same files inside and outside, as far as these paths go. */
function existsHere(path: string): boolean {
  return existsSync(path);
}
