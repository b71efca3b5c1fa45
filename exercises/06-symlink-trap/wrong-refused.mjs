// @ts-check
import {
  AT_FDCWD,
  AT_RECURSIVE,
  chdir,
  MNT_DETACH,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_T_EMPTY_PATH,
  MS_PRIVATE,
  MS_REC,
  mkdirat,
  mount,
  moveMount,
  O_DIRECTORY,
  O_PATH,
  OPEN_TREE_CLONE,
  open,
  openat2,
  openTree,
  pivotRoot,
  RESOLVE_NO_SYMLINKS,
  umount2,
} from 'tslab/calls';

/** To refuse every link is safe, and images with links do not start. */
export default ({ root, volume }) => {
  const image = open(root, O_PATH | O_DIRECTORY);
  const data = openat2(image, 'data', { flags: O_PATH | O_DIRECTORY, resolve: RESOLVE_NO_SYMLINKS });
  const logs = openat2(data, 'logs', { flags: O_PATH | O_DIRECTORY, resolve: RESOLVE_NO_SYMLINKS });
  const source = openTree(AT_FDCWD, volume, OPEN_TREE_CLONE | AT_RECURSIVE);
  return [
    mount(null, '/', null, MS_REC | MS_PRIVATE, null),
    image,
    data,
    mkdirat(data, 'logs', 0o755),
    logs,
    source,
    moveMount(source, '', logs, '', MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH),
    chdir(root),
    pivotRoot('.', '.'),
    umount2('.', MNT_DETACH),
    chdir('/'),
  ];
};
