// @ts-check
import { chdir, MNT_DETACH, MS_BIND, MS_PRIVATE, MS_REC, mkdir, mount, pivotRoot, umount2 } from 'tslab/calls';

/** Behind the pivot the volume has no path any more. */
export default ({ root, volume }) => [
  mount(null, '/', null, MS_REC | MS_PRIVATE, null),
  chdir(root),
  pivotRoot('.', '.'),
  umount2('.', MNT_DETACH),
  chdir('/'),
  mkdir('/data/logs', 0o755),
  mount(volume, '/data/logs', null, MS_BIND | MS_REC, null),
];
