// @ts-check
import { chdir, MNT_DETACH, MS_BIND, MS_REC, MS_SHARED, mount, pivotRoot, umount2 } from 'tslab/calls';

/** @param {{ root: string }} given root: the directory that is to be the root */
export default ({ root }) => [
  mount(null, '/', null, MS_REC | MS_SHARED, null),
  mount(root, root, null, MS_BIND | MS_REC, null),
  chdir(root),
  pivotRoot('.', '.'),
  umount2('.', MNT_DETACH),
  chdir('/'),
];
