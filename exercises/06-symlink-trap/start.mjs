// @ts-check
import { chdir, MNT_DETACH, MS_BIND, MS_PRIVATE, MS_REC, mkdir, mount, pivotRoot, umount2 } from 'tslab/calls';

/**
 * A process in a new mount namespace makes these calls, and then stays.
 *
 * @param {{ root: string, volume: string }} given root: an image, in which /data is a symbolic link; volume: a directory of the host
 */
export default ({ root, volume }) => [
  mount(null, '/', null, MS_REC | MS_PRIVATE, null),
  mkdir(`${root}/data/logs`, 0o755),
  mount(volume, `${root}/data/logs`, null, MS_BIND | MS_REC, null),
  chdir(root),
  pivotRoot('.', '.'),
  umount2('.', MNT_DETACH),
  chdir('/'),
];
