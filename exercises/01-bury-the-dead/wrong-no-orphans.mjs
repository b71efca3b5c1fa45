// @ts-check
import { chdir, chroot, ENVIRONMENT, execve, MS_BIND, MS_PRIVATE, MS_REC, mount } from 'tslab/calls';

/** @param {{ root: string }} given */
export default ({ root }) => [
  mount(null, '/', null, MS_REC | MS_PRIVATE, null),
  mount('/dev', `${root}/dev`, null, MS_BIND | MS_REC, null),
  chroot(root),
  chdir('/'),
  execve('/bin/sleep', ['sleep', '3600'], ENVIRONMENT),
];
