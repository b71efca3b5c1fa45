// @ts-check
import {
  chdir,
  chroot,
  ENVIRONMENT,
  execve,
  MS_BIND,
  MS_PRIVATE,
  MS_REC,
  mount,
  PR_SET_CHILD_SUBREAPER,
  prctl,
} from 'tslab/calls';

/** @param {{ root: string, script: string }} given script: leaves twenty orphans behind, and becomes `sleep` */
export default ({ root, script }) => [
  mount(null, '/', null, MS_REC | MS_PRIVATE, null),
  mount('/dev', `${root}/dev`, null, MS_BIND | MS_REC, null),
  chroot(root),
  chdir('/'),
  prctl(PR_SET_CHILD_SUBREAPER, 1),
  execve('/bin/sh', ['sh', '-c', script], ENVIRONMENT),
];
