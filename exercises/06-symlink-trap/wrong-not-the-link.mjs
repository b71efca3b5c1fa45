// @ts-check
import { chdir, MNT_DETACH, MS_BIND, MS_PRIVATE, MS_REC, mkdir, mount, pivotRoot, umount2, unlink } from 'tslab/calls';

/** @param {{ root: string, volume: string }} given as in the file at the start */
export default ({ root, volume }) => [
  mount(null, '/', null, MS_REC | MS_PRIVATE, null),
  unlink(`${root}/data`),
  mkdir(`${root}/data`, 0o755),
  mkdir(`${root}/data/logs`, 0o755),
  mount(volume, `${root}/data/logs`, null, MS_BIND | MS_REC, null),
  chdir(root),
  pivotRoot('.', '.'),
  umount2('.', MNT_DETACH),
  chdir('/'),
];
