import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { call, callUntraced, writeFile } from '../../kernel/call.js';
import { chdir, close, exitGroup, mount, open } from '../../kernel/calls/index.js';
import * as m from '../../kernel/calls/mount-api.js';
import * as k from '../../kernel/constants.js';
import { start } from '../../kernel/process.js';
import { attempt, PRIVATE, type Refusal } from '../trials.js';

/**
 * Id-maps a directory, and mounts an overlay of it, as lab 09 does: Linux 5.19, and a filesystem that takes it (mount_setattr(2)). It must be
 * empty. As root.
 */
export function tryIdmap(directory: string): Refusal | null {
  for (const name of ['layer', 'layer-at', 'lower', 'merged']) mkdirSync(join(directory, name));
  return inUserNamespace((fd) => {
    const tree = m.openTree(k.AT_FDCWD, 'layer', m.OPEN_TREE_CLONE | m.OPEN_TREE_CLOEXEC);
    const change = { set: m.MOUNT_ATTR_IDMAP, propagation: 0, userNamespace: fd };
    const mapped = [
      ...[tree, m.mountSetattr(tree, '', k.AT_EMPTY_PATH, change)],
      m.moveMount(tree, '', k.AT_FDCWD, 'layer-at', m.MOVE_MOUNT_F_EMPTY_PATH),
    ];
    const overlay = mount('overlay', 'merged', 'overlay', 0, 'lowerdir=layer-at:lower');
    const calls = [PRIVATE, chdir(directory), ...mapped, overlay, exitGroup(0)];
    return attempt({ namespaces: k.CLONE_NEWNS, calls }, false);
  });
}

/** Does something with a descriptor of a user namespace that has a map. Its only process waits at its gate meanwhile. */
function inUserNamespace<T>(use: (fd: number) => T): T {
  let result: { value: T } | undefined;
  start({ namespaces: k.CLONE_NEWUSER, calls: [exitGroup(0)] }, (pid) => {
    for (const file of ['uid_map', 'gid_map']) writeFile(`/proc/${pid}/${file}`, '0 100000 65536');
    const fd = call(open(`/proc/${pid}/ns/user`, k.O_RDONLY | k.O_CLOEXEC));
    try {
      result = { value: use(fd) };
    } finally {
      callUntraced(close(fd));
    }
  });
  return (result as { value: T }).value;
}
