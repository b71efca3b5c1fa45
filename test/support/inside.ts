import { text } from 'node:stream/consumers';
import { execve, mount } from '../../src/kernel/calls/index.js';
import { MS_PRIVATE, MS_REC } from '../../src/kernel/constants.js';
import { type Child, type ProcessSpec, start } from '../../src/kernel/process.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import type { ExitStatus } from '../../src/kernel/wait.js';

/** What a process printed on its standard output, and how it ended. */
export interface Ran extends ExitStatus {
  readonly output: string;
  readonly child: Child;
}

/** A process that makes these calls and then runs a shell script. */
export function shell(script: string, calls: readonly Syscall[] = []): ProcessSpec {
  return { calls: [...calls, execve('/bin/sh', ['sh', '-c', script], ['PATH=/bin:/usr/bin:/sbin:/usr/sbin'])] };
}

/** Runs a process to its end. */
export async function run(spec: ProcessSpec, whileItWaits?: (pid: number) => void): Promise<Ran> {
  const child = start({ stdio: ['null', 'pipe', 'pipe'], ...spec }, whileItWaits);
  const output = child.stdout ? await text(child.stdout) : '';
  return { ...(await child.exited), output, child };
}

/** A /proc for the pid namespace that the list runs in; needs a mount namespace of its own. */
export function ownProc(): Syscall[] {
  return [mount(null, '/', null, MS_REC | MS_PRIVATE, null), mount('proc', '/proc', 'proc', 0, null)];
}

/** What a function throws. */
export function thrownBy(act: () => unknown): Error {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
