/** Constants of the kernel's user-space interface, with the names of the man pages. Source: include/uapi/. */

// clone(2), unshare(2), setns(2): <linux/sched.h>
export const CLONE_VM = 0x100;
export const CLONE_VFORK = 0x4000;
export const CLONE_PARENT = 0x8000;
export const CLONE_NEWTIME = 0x80;
export const CLONE_NEWNS = 0x20000;
export const CLONE_NEWCGROUP = 0x2000000;
export const CLONE_NEWUTS = 0x4000000;
export const CLONE_NEWIPC = 0x8000000;
export const CLONE_NEWUSER = 0x10000000;
export const CLONE_NEWPID = 0x20000000;
export const CLONE_NEWNET = 0x40000000;

// mount(2), umount2(2): <linux/mount.h>
export const MS_RDONLY = 0x1;
export const MS_NOSUID = 0x2;
export const MS_NODEV = 0x4;
export const MS_NOEXEC = 0x8;
export const MS_REMOUNT = 0x20;
export const MS_NOATIME = 0x400;
export const MS_BIND = 0x1000;
export const MS_MOVE = 0x2000;
export const MS_REC = 0x4000;
export const MS_UNBINDABLE = 0x20000;
export const MS_PRIVATE = 0x40000;
export const MS_SLAVE = 0x80000;
export const MS_SHARED = 0x100000;
export const MS_RELATIME = 0x200000;
export const MS_STRICTATIME = 0x1000000;
export const MNT_DETACH = 0x2;

// open(2), fcntl(2), *at(2): <asm-generic/fcntl.h>. O_DIRECTORY and O_NOFOLLOW differ on arm64.
export const O_RDONLY = 0;
export const O_WRONLY = 0x1;
export const O_RDWR = 0x2;
export const O_CREAT = 0x40;
export const O_EXCL = 0x80;
export const O_NOCTTY = 0x100;
export const O_TRUNC = 0x200;
export const O_APPEND = 0x400;
export const O_NONBLOCK = 0x800;
export const O_DIRECTORY = process.arch === 'arm64' ? 0x4000 : 0x10000;
export const O_NOFOLLOW = process.arch === 'arm64' ? 0x8000 : 0x20000;
export const O_CLOEXEC = 0x80000;
export const O_PATH = 0x200000;
export const O_TMPFILE = 0x400000 | O_DIRECTORY;
export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_REMOVEDIR = 0x200;
export const AT_SYMLINK_FOLLOW = 0x400;
export const AT_EMPTY_PATH = 0x1000;
export const AT_RECURSIVE = 0x8000;
export const F_DUPFD = 0;
export const F_GETFD = 1;
export const F_SETFD = 2;
export const F_GETFL = 3;
export const F_SETFL = 4;
export const F_DUPFD_CLOEXEC = 1030;
export const F_ADD_SEALS = 1033;
export const F_SEAL_SEAL = 0x1;
export const F_SEAL_SHRINK = 0x2;
export const F_SEAL_GROW = 0x4;
export const F_SEAL_WRITE = 0x8;
export const FD_CLOEXEC = 1;
export const CLOSE_RANGE_CLOEXEC = 0x4;

// memfd_create(2): <linux/memfd.h>
export const MFD_CLOEXEC = 0x1;
export const MFD_ALLOW_SEALING = 0x2;

// flock(2): <sys/file.h>
export const LOCK_SH = 1;
export const LOCK_EX = 2;
export const LOCK_NB = 4;
export const LOCK_UN = 8;

// mknod(2): <linux/stat.h>
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;
export const S_IFBLK = 0o060000;
export const S_IFMT = 0o170000;

// prctl(2): <linux/prctl.h>
export const PR_SET_PDEATHSIG = 1;
export const PR_SET_DUMPABLE = 4;
export const PR_SET_KEEPCAPS = 8;
export const PR_SET_NAME = 15;
export const PR_CAPBSET_DROP = 24;
export const PR_SET_CHILD_SUBREAPER = 36;
export const PR_SET_NO_NEW_PRIVS = 38;

// capabilities(7): <linux/capability.h>
export const CAP_SYS_ADMIN = 21;

// sigaction(2), sigprocmask(2): <asm-generic/signal.h>
export const SIG_BLOCK = 0;
export const SIG_UNBLOCK = 1;
export const SIG_SETMASK = 2;
export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGKILL = 9;
export const SIGTERM = 15;
export const SIGCHLD = 17;
export const SIGSTOP = 19;

// wait4(2), waitid(2): <linux/wait.h>
export const WNOHANG = 1;
export const WEXITED = 4;
export const WNOWAIT = 0x0100_0000;
export const P_ALL = 0;

// ioctl_tty(2): <asm-generic/ioctls.h>
export const TIOCSCTTY = 0x540e;

/** Names of the bits, for the trace. */
export const CLONE_FLAGS = {
  CLONE_VM,
  CLONE_VFORK,
  CLONE_PARENT,
  CLONE_NEWTIME,
  CLONE_NEWNS,
  CLONE_NEWCGROUP,
  CLONE_NEWUTS,
  CLONE_NEWIPC,
  CLONE_NEWUSER,
  CLONE_NEWPID,
  CLONE_NEWNET,
};
export const MOUNT_FLAGS = {
  MS_RDONLY,
  MS_NOSUID,
  MS_NODEV,
  MS_NOEXEC,
  MS_REMOUNT,
  MS_NOATIME,
  MS_BIND,
  MS_MOVE,
  MS_REC,
  MS_UNBINDABLE,
  MS_PRIVATE,
  MS_SLAVE,
  MS_SHARED,
  MS_RELATIME,
  MS_STRICTATIME,
};
export const UMOUNT_FLAGS = { MNT_DETACH };
export const OPEN_FLAGS = {
  O_TMPFILE,
  O_WRONLY,
  O_RDWR,
  O_CREAT,
  O_EXCL,
  O_NOCTTY,
  O_TRUNC,
  O_APPEND,
  O_NONBLOCK,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_CLOEXEC,
  O_PATH,
};
/** fallocate(2) */
export const FALLOC_FL_KEEP_SIZE = 0x1;
export const FALLOC_FL_PUNCH_HOLE = 0x2;
export const FALLOC_FLAGS = { FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE };

export const AT_FLAGS = { AT_REMOVEDIR, AT_SYMLINK_FOLLOW, AT_EMPTY_PATH, AT_RECURSIVE };
export const CLOSE_RANGE_FLAGS = { CLOSE_RANGE_CLOEXEC };
export const WAIT_FLAGS = { WNOHANG, WEXITED, WNOWAIT };
export const PRCTL_OPTIONS = {
  PR_SET_PDEATHSIG,
  PR_SET_DUMPABLE,
  PR_SET_KEEPCAPS,
  PR_SET_NAME,
  PR_CAPBSET_DROP,
  PR_SET_CHILD_SUBREAPER,
  PR_SET_NO_NEW_PRIVS,
};
export const SIGMASK_HOW = { SIG_BLOCK, SIG_UNBLOCK, SIG_SETMASK };
export const MEMFD_FLAGS = { MFD_CLOEXEC, MFD_ALLOW_SEALING };
export const SEALS = { F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE };
export const LOCKS = { LOCK_SH, LOCK_EX, LOCK_UN };
export const FCNTL_COMMANDS = { F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC, F_ADD_SEALS };
export const IOCTLS = { TIOCSCTTY };

/** `MS_REC|MS_PRIVATE` for 0x44000; bits without a name are added in hexadecimal; `zero` where no bit is set. */
export function flagNames(table: Record<string, number>, value: number, zero = '0'): string {
  const names: string[] = [];
  let rest = value;
  // No Object.entries(): it makes an array for each of them, and a start writes sixty such texts.
  for (const name in table) {
    const bit = table[name] as number;
    if (bit !== 0 && (rest & bit) === bit) {
      names.push(name);
      rest &= ~bit;
    }
  }
  if (rest !== 0) names.push(`0x${(rest >>> 0).toString(16)}`);
  return names.length > 0 ? names.join('|') : zero;
}

/** The name of one value of an enumeration, else the number. */
export function constantName(table: Record<string, number>, value: number): string {
  for (const name in table) if (table[name] === value) return name;
  return String(value);
}
