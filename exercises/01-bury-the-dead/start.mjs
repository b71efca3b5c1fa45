// @ts-check
import { chdir, chroot, ENVIRONMENT, execve, MS_BIND, MS_PRIVATE, MS_REC, mount } from 'tslab/calls';

/**
 * A process that is PID 1 of a new PID namespace makes these calls. The last one becomes the program.
 *
 * @param {{ root: string, script: string }} given script: leaves twenty orphans behind, and becomes `sleep`
 */
export default ({ root, script }) => [
  mount(null, '/', null, MS_REC | MS_PRIVATE, null),
  mount('/dev', `${root}/dev`, null, MS_BIND | MS_REC, null),
  chroot(root),
  chdir('/'),
  execve('/bin/sh', ['sh', '-c', script], ENVIRONMENT),
];
