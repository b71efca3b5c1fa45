import { chdir, execve, sethostname } from '../../src/kernel/calls.js';
import { CLONE_NEWUTS } from '../../src/kernel/constants.js';
import type { Child } from '../../src/kernel/process.js';
import type { Telling } from '../../src/lab/definition.js';
import type { Lab } from '../../src/lab/lab.js';
import { ENVIRONMENT } from '../../src/lab/shell.js';
import { containerRoot, ROOT_NAMESPACES } from '../02-rootfs.js';

/** The name that the container has inside. */
export const HOST_NAME = 'box';
/** A variable that the container was started with. */
export const COLOUR = 'COLOUR=green';

/** A container that sleeps, with an environment and a working directory of its own. `admit` runs while it waits at the gate. */
export function sleepingContainer(lab: Lab, admit?: (pid: number) => void): Telling<Child> {
  const sleep = execve('/bin/sleep', ['sleep', '600'], [...ENVIRONMENT, COLOUR]);
  const root = containerRoot(lab.rootfs.path, lab.privileged);
  const calls = [...root, sethostname(HOST_NAME), chdir('/tmp'), sleep];
  return lab.start({ namespaces: ROOT_NAMESPACES | CLONE_NEWUTS, calls }, admit);
}
