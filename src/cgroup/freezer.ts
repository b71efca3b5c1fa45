import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFile } from '../kernel/call.js';
import { until } from '../kernel/clock.js';
import { parseFlatKeyed } from './values.js';

/** The time that a process may take to stop: one in uninterruptible sleep (state D) stops only when its disk or server answers. */
const PATIENCE_MS = 5_000;

/** True where the processes of this directory can be frozen: v2 since Linux 5.2, or v1's freezer hierarchy. */
export function canFreeze(directory: string): boolean {
  return existsSync(join(directory, 'cgroup.freeze')) || existsSync(join(directory, 'freezer.state'));
}

/** Stops every process of a cgroup and of those below. Throws where one does not stop within 5 s. */
export function freeze(directory: string): void {
  if (freezeWithin(directory, PATIENCE_MS)) return;
  thaw(directory);
  throw new Error(
    `${directory} did not freeze within ${PATIENCE_MS / 1000} s: one of its processes sits in uninterruptible sleep (D in /proc/PID/stat)`,
  );
}

/** Asks for it and waits. Returns false where some still run after `milliseconds`; the request remains. */
export function freezeWithin(directory: string, milliseconds: number): boolean {
  request(directory, true);
  return until(() => isFrozen(directory) || askAgain(directory), milliseconds);
}

/**
 * On v1 a process that is being forked can miss the request, and the state stays FREEZING for good; seen on Linux 6.18 with
 * vfork(2), and by runc on 5.4. Asking again reaches it.
 */
function askAgain(directory: string): false {
  if (!isV2(directory)) request(directory, true);
  return false;
}

/** Thaws them. */
export function thaw(directory: string): void {
  request(directory, false);
}

/** Whether every process has stopped: that takes a while after the request (v1 says FREEZING in between). */
function isFrozen(directory: string): boolean {
  if (isV2(directory)) return parseFlatKeyed(read(directory, 'cgroup.events')).frozen === 1;
  return read(directory, 'freezer.state').trim() === 'FROZEN';
}

function request(directory: string, frozen: boolean): void {
  if (isV2(directory)) writeFile(join(directory, 'cgroup.freeze'), frozen ? '1' : '0');
  else writeFile(join(directory, 'freezer.state'), frozen ? 'FROZEN' : 'THAWED');
}

function isV2(directory: string): boolean {
  return existsSync(join(directory, 'cgroup.freeze'));
}

function read(directory: string, file: string): string {
  return readFileSync(join(directory, file), 'utf8');
}
