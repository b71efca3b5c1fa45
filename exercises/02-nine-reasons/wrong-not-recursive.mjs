// @ts-check
import { chdir, MNT_DETACH, MS_BIND, MS_PRIVATE, MS_REC, mayFail, mount, pivotRoot, umount2 } from 'tslab/calls';

/** @param {{ root: string }} given root: the directory that is to be the root */
export default ({ root }) => [
  mount(null, '/', null, MS_PRIVATE, null),
  mount(root, root, null, MS_BIND | MS_REC, null),
  chdir(root),
  pivotRoot('.', '.'),
  mayFail(umount2('/nothing', MNT_DETACH)),
  chdir('/'),
];
