import type { SyscallName } from '../numbers.js';

/**
 * What an errno usually means for a call, where the kernel's word misleads or says too little.
 * Sources: the ERRORS section of each man page, and the kernel code that returns them.
 */
const ADVICE: Partial<Record<SyscallName, Record<string, string>>> = {
  clone: {
    EPERM:
      'new namespaces need root (CAP_SYS_ADMIN), or a user namespace first; `tslab doctor` says what this machine allows',
    EINVAL: 'this combination of flags is not allowed, or the kernel was built without one of these namespaces',
    ENOSPC:
      'a limit of nested or total namespaces is reached (/proc/sys/user/max_*_namespaces, 32 levels of pid namespaces)',
    EUSERS: 'user namespaces are nested too deep (32 levels)',
    EAGAIN: 'no more processes allowed: a pids cgroup (pids.max) or RLIMIT_NPROC',
    ENOMEM: 'no memory, or the pid namespace has lost its init: nothing can be born in it any more',
  },
  unshare: {
    EPERM: 'needs root (CAP_SYS_ADMIN), or a user namespace first',
    EINVAL: 'a process that shares its memory cannot unshare its user namespace; give the flag to clone() instead',
  },
  setns: {
    EPERM: 'needs CAP_SYS_ADMIN both here and in the user namespace that owns the target',
    EINVAL: 'the descriptor is not a namespace of that type, or this process shares its memory or root with another',
    ESRCH: 'the process behind the pidfd is gone',
  },
  mount: {
    EPERM:
      'needs CAP_SYS_ADMIN in the user namespace that owns this mount namespace; for proc and sysfs also a host copy without masked parts (a container of Docker has them masked)',
    EINVAL:
      'a bad superblock or option; for a bind remount: the target is not a mount point; for propagation flags: only one, alone or with MS_REC',
    EBUSY: 'the source is in use, or it is already mounted on this target',
    ENOENT: 'the source or the target does not exist: a mount point must be there first',
    ENODEV: 'the kernel does not know this filesystem type (see /proc/filesystems; perhaps a module)',
    ENOTDIR: 'a directory is needed on both sides, or a file on both',
    ELOOP: 'the source is an unbindable mount, or there are too many symbolic links',
    EACCES: 'part of the path cannot be searched, or the target is on a read-only filesystem',
    ENOSPC:
      'overlayfs makes files where its upper and work directories are: no space is left there (df -h), or no inode (df -i); or this mount namespace has too many mounts (sysctl fs.mount-max)',
  },
  move_mount: {
    EINVAL:
      'a directory is mounted on a directory only, and a file on a file; and not where the mount around it is shared',
  },
  umount2: {
    EINVAL: 'the target is not a mount point, or the mount came locked from a more privileged mount namespace',
    EBUSY:
      'something still uses it (a working directory, an open file, a mount below): MNT_DETACH takes it away lazily',
    EPERM: 'needs CAP_SYS_ADMIN in the user namespace that owns this mount namespace',
  },
  pivot_root: {
    EINVAL:
      'new_root must be a mount point (bind it on itself), neither it nor the current root may have a parent mount that is shared (make / private first), put_old must be at or below new_root, and the current root must not be the initramfs (use switch_root there)',
    EBUSY: 'new_root or put_old is on the current root mount: bind new_root on itself first',
    ENOTDIR: 'new_root and put_old must be directories',
    EPERM: 'needs CAP_SYS_ADMIN in the user namespace that owns this mount namespace',
  },
  chroot: { EPERM: 'needs CAP_SYS_CHROOT', ENOENT: 'the directory does not exist' },
  sethostname: {
    EPERM: 'needs CAP_SYS_ADMIN in the user namespace that owns this UTS namespace',
    EINVAL: 'the name is longer than 64 bytes',
  },
  mknodat: {
    EPERM:
      'device nodes need CAP_MKNOD in the first user namespace: inside another, bind-mount the node of the host instead',
    EEXIST: 'the path exists already',
  },
  execve: {
    ENOENT:
      'the program does not exist in this root, or the interpreter that it names does not (`#!` line, ELF loader such as /lib64/ld-linux-x86-64.so.2)',
    EACCES: 'not executable, a directory, or on a mount with noexec',
    ENOEXEC: 'not a program of this architecture, and no `#!` line',
    E2BIG: 'arguments and environment are too large: together a quarter of the stack limit, 128 KiB for a single one',
    ELOOP: 'too many symbolic links',
  },
  mkdirat: {
    EEXIST: 'it exists already',
    EROFS: 'the filesystem is mounted read-only',
    EACCES: 'no permission to write in the parent directory',
    ENOENT: 'the parent directory does not exist',
  },
  unlinkat: {
    EBUSY: 'a mount point, or a cgroup that still has processes or children',
    ENOTEMPTY: 'the directory is not empty',
  },
  renameat2: {
    EXDEV:
      'the two paths are on different filesystems; on overlayfs also: a directory that a lower layer has, without redirect_dir=on. mv copies then',
  },
  openat: {
    EACCES: 'no permission for this file',
    EROFS: 'the filesystem is mounted read-only',
    ENXIO: 'no such device, or a FIFO without a reader',
  },
  openat2: {
    ELOOP:
      'a symbolic link on the way, where none may be: it could lead elsewhere than the path says (or too many of them)',
    ENOTDIR: 'a directory is needed here, and there is something else',
    EXDEV: 'the path leads to another mount',
  },
  write: {
    EINVAL: 'the kernel does not accept this value here',
    EBUSY: 'in use: on cgroup v2 a cgroup with processes cannot enable controllers for its children',
    ENOSPC: 'no space left; for a cpuset: its cpus and mems must be set before a process may enter',
    EPERM: 'not permitted; for uid_map: one line that maps the own id, and setgroups must say `deny` first',
    ENOENT: 'the controller is not available in this cgroup (see cgroup.controllers)',
    EOPNOTSUPP: 'a threaded or populated cgroup cannot take this',
  },
  fsopen: { ENODEV: 'the kernel does not know this filesystem type (see /proc/filesystems; perhaps a module)' },
  fsconfig: {
    EINVAL: 'an option that this filesystem or this kernel does not know, or a value of more than 255 bytes',
    ENOENT: 'a directory that an option names does not exist',
  },
  seccomp: {
    EACCES: 'needs CAP_SYS_ADMIN in its user namespace, or no_new_privs',
    EINVAL:
      'the kernel does not take this program: an unknown instruction, a jump past the end, or no return at the end',
    ENOMEM: 'the filters of this process have more than 32768 instructions together',
  },
  close_range: {
    ENOSYS: 'tslab needs Linux 5.11 or newer',
    EINVAL: 'CLOSE_RANGE_CLOEXEC needs Linux 5.11 or newer',
  },
  pidfd_open: { ESRCH: 'no such process', ENOSYS: 'needs Linux 5.3' },
  kill: { ESRCH: 'no such process', EPERM: 'the process belongs to another user' },
  read: { 'result 0': 'the other end of the pipe was closed: tslab died, or gave up, before it opened the gate' },
};

/** Returns a sentence for the student, or undefined where the errno needs no explanation. */
export function hintFor(name: SyscallName, errno: string): string | undefined {
  return ADVICE[name]?.[errno];
}
