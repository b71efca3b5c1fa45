import { chdir, chroot, execve } from '../kernel/calls/index.js';
import type { Syscall } from '../kernel/syscall.js';

/** The environment of programs in a lab: nothing of the host's comes along by itself. */
export const ENVIRONMENT = [
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'HOME=/root',
  'TERM=dumb',
];

/** The shell of the current root, with a script. */
export function shell(script: string): Syscall {
  return execve('/bin/sh', ['sh', '-c', script], ENVIRONMENT);
}

/** A shell in the lab's root filesystem, by the simplest means there is (lab 02 shows why chroot is not enough). */
export function shellIn(root: string, script: string): Syscall[] {
  return [chroot(root), chdir('/'), shell(script)];
}
