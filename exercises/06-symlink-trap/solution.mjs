// @ts-check
import {
  AT_FDCWD,
  AT_RECURSIVE,
  chdir,
  close,
  MNT_DETACH,
  MOVE_MOUNT_F_EMPTY_PATH,
  MS_PRIVATE,
  MS_REC,
  mkdir,
  mount,
  moveMount,
  OPEN_TREE_CLONE,
  openTree,
  pivotRoot,
  umount2,
} from 'tslab/calls';

/**
 * A process in a new mount namespace makes these calls, and then stays.
 *
 * @param {{ root: string, volume: string }} given root: an image, in which /data is a symbolic link; volume: a directory of the host
 */
export default ({ root, volume }) => {
  const source = openTree(AT_FDCWD, volume, OPEN_TREE_CLONE | AT_RECURSIVE);
  return [
    mount(null, '/', null, MS_REC | MS_PRIVATE, null),
    source,
    chdir(root),
    pivotRoot('.', '.'),
    umount2('.', MNT_DETACH),
    chdir('/'),
    mkdir('/data/logs', 0o755),
    moveMount(source, '', AT_FDCWD, '/data/logs', MOVE_MOUNT_F_EMPTY_PATH),
    close(source),
  ];
};
