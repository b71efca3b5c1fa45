import { chdir, execve, sethostname } from '../../../src/kernel/calls/index.js';
import type { Child } from '../../../src/kernel/process.js';
import type { LabEvent } from '../../../src/lab/events.js';
import type { Lab } from '../../../src/lab/lab.js';
import { ENVIRONMENT } from '../../../src/lab/script.js';
import { containerRoot } from '../../02-rootfs/calls/root.js';
import { ALL_NAMESPACES } from '../calls/enter.js';

/** The name that the container has inside. */
export const HOST_NAME = 'box';
/** A variable that the container was started with. */
export const COLOUR = 'COLOUR=green';
/** The directory that it was started in. */
export const WORKING_DIRECTORY = '/tmp';

// #region container
/** A container that sleeps, with an environment and a working directory of its own. `admit` runs while it waits at the gate. */
export function startContainer(lab: Lab, admit?: (pid: number) => void): Promise<Child> {
  const sleep = execve('/bin/sleep', ['sleep', '3600'], [...ENVIRONMENT, COLOUR]);
  const root = lab.taughtBy('02-rootfs', 'containerRoot()', containerRoot(lab.rootfs.path, lab.privileged));
  const calls = [...root, sethostname(HOST_NAME), chdir(WORKING_DIRECTORY), sleep];
  return lab.through(folded, () => lab.start({ namespaces: ALL_NAMESPACES, calls }, admit));
}
// #endregion

/** What is left to see of the container's list. The rest is the subject of lessons 01 and 02, and folded like housekeeping. */
const SHOWN = new Set(['sethostname', 'execve']);

function folded(event: LabEvent): LabEvent {
  const isFolded = event.type === 'syscall' && event.by === 'child' && !SHOWN.has(event.name);
  return isFolded ? { ...event, housekeeping: true } : event;
}
