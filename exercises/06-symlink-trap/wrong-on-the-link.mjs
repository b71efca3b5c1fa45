// @ts-check
import { chdir, MNT_DETACH, MS_BIND, MS_PRIVATE, MS_REC, mount, pivotRoot, umount2 } from 'tslab/calls';

/** @param {{ root: string, volume: string }} given as in the file at the start */
export default ({ root, volume }) => [
  mount(null, '/', null, MS_REC | MS_PRIVATE, null),
  mount(volume, `${root}/data`, null, MS_BIND | MS_REC, null),
  chdir(root),
  pivotRoot('.', '.'),
  umount2('.', MNT_DETACH),
  chdir('/'),
];
