// @ts-check
import { chdir, chroot, MS_BIND, MS_PRIVATE, MS_REC, mount } from 'tslab/calls';

/** @param {{ root: string }} given root: the directory that is to be the root */
export default ({ root }) => [
  mount(null, '/', null, MS_REC | MS_PRIVATE, null),
  mount(root, root, null, MS_BIND | MS_REC, null),
  chdir(root),
  chroot('.'),
  chdir('/'),
];
