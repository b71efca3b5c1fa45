// @ts-check
import { chdir, chroot, ENVIRONMENT, execve } from 'tslab/calls';

/**
 * A process that is PID 1 of a new PID namespace makes these calls. The last one becomes the program.
 *
 * @param {{ cgroup: string, root: string, script: string }} given cgroup: a directory; script: starts far more processes than that allows
 */
export default ({ root, script }) => [chroot(root), chdir('/'), execve('/bin/sh', ['sh', '-c', script], ENVIRONMENT)];
