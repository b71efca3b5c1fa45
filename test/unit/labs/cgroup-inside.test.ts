import { describe, expect, it } from 'vitest';
import { showCgroup } from '../../../labs/03-cgroups/calls/inside.js';
import { renderCall } from '../../../src/kernel/render.js';

describe('the calls that show a container its cgroup', () => {
  it('bind each hierarchy of v1, and link the controllers that share one', () => {
    const directory = '/sys/fs/cgroup/cpu,cpuacct/tslab/x';
    const { opened, attached } = showCgroup({ version: 1, directories: new Map([['cpu,cpuacct', directory]]) });
    expect(opened.map((call) => renderCall(call))).toEqual([
      `open_tree(AT_FDCWD, "${directory}", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC)`,
    ]);
    expect(attached.map((call) => renderCall(call))).toEqual([
      'mount("tmpfs", "/sys/fs/cgroup", "tmpfs", MS_NOSUID|MS_NODEV|MS_NOEXEC, "mode=755")',
      'mkdirat(AT_FDCWD, "/sys/fs/cgroup/cpu,cpuacct", 0755)',
      'move_mount(<result of open_tree>, "", AT_FDCWD, "/sys/fs/cgroup/cpu,cpuacct", MOVE_MOUNT_F_EMPTY_PATH)',
      'close(<result of open_tree>)',
      'symlinkat("cpu,cpuacct", AT_FDCWD, "/sys/fs/cgroup/cpu")',
      'symlinkat("cpu,cpuacct", AT_FDCWD, "/sys/fs/cgroup/cpuacct")',
      'mount_setattr(AT_FDCWD, "/sys/fs/cgroup", AT_RECURSIVE, {attr_set=MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC, propagation=MS_PRIVATE}, 32)',
    ]);
  });

  it('mount v2, in a cgroup namespace of its own', () => {
    const { opened, attached } = showCgroup({ version: 2, whole: false });
    expect(opened).toEqual([]);
    expect(attached.map((call) => renderCall(call))).toEqual([
      'mount("cgroup", "/sys/fs/cgroup", "cgroup2", MS_RDONLY|MS_NOSUID|MS_NODEV|MS_NOEXEC, NULL)',
    ]);
  });

  it('bind all of v2, read-only, in the host’s cgroup namespace', () => {
    const { opened, attached } = showCgroup({ version: 2, whole: true });
    expect(opened.map((call) => renderCall(call))).toEqual([
      'open_tree(AT_FDCWD, "/sys/fs/cgroup", OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC)',
    ]);
    expect(attached.map((call) => renderCall(call))).toEqual([
      'mount_setattr(<result of open_tree>, "", AT_EMPTY_PATH|AT_RECURSIVE, {attr_set=MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC, propagation=MS_PRIVATE}, 32)',
      'move_mount(<result of open_tree>, "", AT_FDCWD, "/sys/fs/cgroup", MOVE_MOUNT_F_EMPTY_PATH)',
      'close(<result of open_tree>)',
    ]);
  });
});
