// @ts-check
import {
  AT_FDCWD,
  AT_RECURSIVE,
  chdir,
  MNT_DETACH,
  MOUNT_ATTR_RDONLY,
  MS_BIND,
  MS_PRIVATE,
  MS_REC,
  mount,
  mountSetattr,
  pivotRoot,
  umount2,
} from 'tslab/calls';

/**
 * A process in a new mount namespace makes these calls, and then stays.
 *
 * @param {{ root: string, source: string }} given source: a directory of the host; something is mounted in it, on `sub`
 */
export default ({ root, source }) => [
  mount(null, '/', null, MS_REC | MS_PRIVATE, null),
  mount(root, root, null, MS_BIND | MS_REC, null),
  mount(source, `${root}/mnt`, null, MS_BIND | MS_REC, null),
  mountSetattr(AT_FDCWD, `${root}/mnt`, AT_RECURSIVE, { set: MOUNT_ATTR_RDONLY, propagation: 0 }),
  chdir(root),
  pivotRoot('.', '.'),
  umount2('.', MNT_DETACH),
  chdir('/'),
];
