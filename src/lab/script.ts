import { chdir, chroot, execve } from '../kernel/calls/index.js';
import type { Child, ProcessSpec } from '../kernel/process.js';
import type { Syscall } from '../kernel/syscall.js';
import type { Finished, Lab } from './lab.js';

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

/** A shell that stays until it is killed, after a script where there is one; for an hour, if somebody looks at it. */
export function shellThatStays(script?: string): Syscall {
  return shell(script === undefined ? 'exec sleep 3600' : `${script}; exec sleep 3600`);
}

/** The lab's root filesystem, entered by the simplest means there is (lab 02 shows why chroot is not enough). */
export function chrootInto(root: string): Syscall[] {
  return [chroot(root), chdir('/')];
}

/** A container with one call more: the last, which becomes the program. */
export function withProgram({ calls, ...container }: ProcessSpec, program: Syscall): ProcessSpec {
  return { ...container, calls: [...calls, program] };
}

/** Runs a script in a container to its end, and tells what it printed. */
export function runScript(lab: Lab, container: ProcessSpec, script: string): Promise<Finished> {
  return lab.run(withProgram(container, shell(script)), script);
}

// #region stay-after
/** Starts a container that stays, to be looked at, until it is killed. What its script prints is for `lab.hear`. */
export function stayAfter(lab: Lab, container: ProcessSpec, script?: string): Promise<Child> {
  const spec = withProgram(container, shellThatStays(script));
  return lab.start(script === undefined ? spec : { ...spec, stdio: ['null', 'pipe', 'pipe'] });
}
// #endregion
