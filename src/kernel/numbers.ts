/**
 * Numbers of the system calls, [x86-64, arm64].
 *
 * Sources: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h (arm64 uses the generic table).
 * arm64 has only the `*at` form of many file calls, so the constructors use that form on both.
 */
const NUMBERS = {
  read: [0, 63],
  write: [1, 64],
  close: [3, 57],
  lseek: [8, 62],
  rt_sigaction: [13, 134],
  rt_sigprocmask: [14, 135],
  ioctl: [16, 29],
  getpid: [39, 172],
  clone: [56, 220],
  execve: [59, 221],
  wait4: [61, 260],
  kill: [62, 129],
  fcntl: [72, 25],
  flock: [73, 32],
  chdir: [80, 49],
  fchdir: [81, 50],
  umask: [95, 166],
  getppid: [110, 173],
  setpgid: [109, 154],
  setsid: [112, 157],
  setgroups: [116, 159],
  setresuid: [117, 147],
  setresgid: [119, 149],
  capset: [126, 91],
  pivot_root: [155, 41],
  prctl: [157, 167],
  chroot: [161, 51],
  mount: [165, 40],
  umount2: [166, 39],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  lgetxattr: [192, 9],
  sched_setaffinity: [203, 122],
  exit_group: [231, 94],
  openat: [257, 56],
  mkdirat: [258, 34],
  mknodat: [259, 33],
  fchownat: [260, 54],
  unlinkat: [263, 35],
  symlinkat: [266, 36],
  fchmodat: [268, 53],
  ppoll: [271, 73],
  waitid: [247, 95],
  unshare: [272, 97],
  dup3: [292, 24],
  getrandom: [318, 278],
  memfd_create: [319, 279],
  execveat: [322, 281],
  pipe2: [293, 59],
  prlimit64: [302, 261],
  setns: [308, 268],
  renameat2: [316, 276],
  pidfd_send_signal: [424, 424],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  pidfd_open: [434, 434],
  pidfd_getfd: [438, 438],
  close_range: [436, 436],
  openat2: [437, 437],
  mount_setattr: [442, 442],
} as const satisfies Record<string, readonly [x64: number, arm64: number]>;

export type SyscallName = keyof typeof NUMBERS;

/** Number of a call on this machine's architecture. */
export function syscallNumber(name: SyscallName, arch: NodeJS.Architecture = process.arch): number {
  if (arch === 'x64') return NUMBERS[name][0];
  if (arch === 'arm64') return NUMBERS[name][1];
  throw new Error(`tslab knows the system calls of x86-64 and arm64, and this machine is ${arch}`);
}

/** Every call that tslab knows, for the test that compares the table with the kernel's headers. */
export const SYSCALL_NAMES = Object.keys(NUMBERS) as SyscallName[];
