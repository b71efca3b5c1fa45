// @ts-check
import { chdir, MNT_DETACH, MS_BIND, MS_REC, MS_SHARED, mount, pivotRoot, umount2 } from 'tslab/calls';

/**
 * All calls are right, and still: change their order, their arguments, add some; leave none out.
 *
 * @param {{ root: string }} given root: the directory that is to be the root
 */
export default ({ root }) => [
  mount(null, '/', null, MS_REC | MS_SHARED, null),
  chdir(root),
  pivotRoot('.', '.'),
  mount(root, root, null, MS_BIND | MS_REC, null),
  umount2('.', MNT_DETACH),
  chdir('/'),
];
