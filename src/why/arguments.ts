/** What the arguments of a call mean: paths and addresses are read from the memory of who makes it, while it waits. */
import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';
import { abiOf } from '../seccomp/abi.js';
import type { Call } from '../seccomp/interpret.js';
import { nameOf } from '../seccomp/numbers.js';
import { renderAddress } from './socket-address.js';

/** A letter an argument: p a path, s another string, d a descriptor, n a number, x bits, o a mode in octal, k the address of a socket, - not shown. */
const SIGNATURES: Readonly<Record<string, string>> = {
  ...{
    open: 'pxo',
    openat: 'dpxo',
    openat2: 'dp',
    creat: 'po',
    execve: 'p',
    execveat: 'dp--x',
    chdir: 'p',
    chroot: 'p',
  },
  ...{ mkdir: 'po', mkdirat: 'dpo', mknod: 'pox', mknodat: 'dpox', rmdir: 'p', unlink: 'p', unlinkat: 'dpx' },
  ...{
    rename: 'pp',
    renameat: 'dpdp',
    renameat2: 'dpdpx',
    link: 'pp',
    linkat: 'dpdpx',
    symlink: 'sp',
    symlinkat: 'sdp',
  },
  ...{ chmod: 'po', fchmod: 'do', fchmodat: 'dpo', fchmodat2: 'dpox', chown: 'pnn', lchown: 'pnn', fchown: 'dnn' },
  ...{ fchownat: 'dpnnx', truncate: 'pn', ftruncate: 'dn', utimensat: 'dp-x', utime: 'p', utimes: 'p', setxattr: 'ps' },
  ...{
    lsetxattr: 'ps',
    fsetxattr: 'ds',
    removexattr: 'ps',
    mount: 'spsx',
    umount2: 'px',
    pivot_root: 'pp',
    swapon: 'px',
  },
  ...{ fsopen: 'sx', fsmount: 'dxx', open_tree: 'dpx', move_mount: 'dpdpx', mount_setattr: 'dpx', swapoff: 'p' },
  ...{ acct: 'p', bind: 'dk', connect: 'dk', socket: 'nxn', setns: 'dx', unshare: 'x', clone: 'x' },
  ...{ kill: 'nn', tgkill: 'nnn', ptrace: 'xn', setuid: 'n', setgid: 'n', setresuid: 'nnn', setresgid: 'nnn' },
  ...{ setgroups: 'n', sethostname: 'sn', setdomainname: 'sn', settimeofday: '--', clock_settime: 'n', adjtimex: '-' },
  ...{ reboot: 'xxx', init_module: '-', finit_module: 'dsx', delete_module: 'sx', kexec_load: '', bpf: 'n', iopl: 'n' },
  ...{
    keyctl: 'nx',
    add_key: 'ss',
    request_key: 'ss',
    perf_event_open: '-nn',
    personality: 'x',
    syslog: 'n',
    ioctl: 'dx',
  },
  ...{
    io_uring_setup: 'n',
    userfaultfd: 'x',
    setpriority: 'nnn',
    prctl: 'nx',
    capset: '--',
    write: 'd-n',
    mlock: '-n',
  },
  ...{
    open_by_handle_at: 'd-x',
    name_to_handle_at: 'dp',
    quotactl: 'xs',
    vhangup: '',
    setsockopt: 'dnn',
    mlockall: 'x',
  },
};

/** Calls of which the path or address is worth knowing when they are refused later: all that change or open something. */
export const TELLING: readonly string[] = Object.entries(SIGNATURES)
  .filter(([, letters]) => /[pk]/.test(letters) || letters.startsWith('s'))
  .map(([name]) => name);

/** A call in words. */
export interface DescribedCall {
  readonly name: string;
  /** `mount("none", "/mnt", "tmpfs", 0x0)`; without memory to read, addresses stand for strings. */
  readonly text: string;
  /** The paths among its arguments, absolute where they can be told. */
  readonly paths: readonly string[];
  readonly args: readonly bigint[];
}

/** Describes a call that a thread makes just now, and waits in; of thread 0 there is no memory to read. */
export function describeCall(tid: number, call: Call): DescribedCall {
  const abi = abiOf(call.arch);
  const name = (abi && nameOf(call.number, abi)) ?? `call ${call.number}`;
  const letters = [...(SIGNATURES[name] ?? '')].slice(0, 6);
  const paths: string[] = [];
  const words = letters.flatMap((letter, i) => {
    const value = call.args[i] ?? 0n;
    if (letter === '-') return '…';
    if (letter !== 's' && letter !== 'p') return show(letter, value, tid);
    const text = readString(tid, value);
    if (letter === 'p' && text !== undefined)
      paths.push(absolute(tid, text, letters[i - 1] === 'd' ? (call.args[i - 1] as bigint) : undefined));
    return text === undefined ? hex(value) : JSON.stringify(text);
  });
  const rest =
    SIGNATURES[name] === undefined
      ? call.args
          .map(hex)
          .join(', ')
          .replace(/(, 0x0)+$/, '')
      : '';
  return { name, text: `${name}(${words.join(', ')}${rest})`, paths, args: call.args };
}

function show(letter: string, value: bigint, tid: number): string {
  if (letter === 'k') return renderAddress(readMemory(tid, value, 128)) ?? hex(value);
  if (letter === 'x') return hex(value);
  if (letter === 'o') return `0${(value & 0o177777n).toString(8)}`;
  const number = BigInt.asIntN(32, value);
  return letter === 'd' && number === AT_FDCWD ? 'AT_FDCWD' : `${number}`;
}

const AT_FDCWD = -100n;

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** As who makes the call sees it: what its working directory, or a descriptor, is called in its mounts. */
function absolute(tid: number, path: string, directory: bigint | undefined): string {
  if (path.startsWith('/')) return path;
  const fd = directory === undefined ? AT_FDCWD : BigInt.asIntN(32, directory);
  const base = linkOf(`/proc/${tid}/${fd === AT_FDCWD ? 'cwd' : `fd/${fd}`}`);
  return base?.startsWith('/') ? `${base === '/' ? '' : base}${path === '' ? '' : `/${path}`}` : path;
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

const PATH_MAX = 4096;

/** A string that ends with NUL. Undefined: NULL, no memory, or no right to look into it. */
function readString(tid: number, address: bigint): string | undefined {
  const bytes = address === 0n ? undefined : readMemory(tid, address, PATH_MAX);
  const end = bytes?.indexOf(0) ?? -1;
  return bytes && end >= 0 ? bytes.toString('utf8', 0, end) : undefined;
}

/** Up to so many bytes: memory may end before. */
export function readMemory(tid: number, address: bigint, length: number): Buffer | undefined {
  try {
    const fd = openSync(`/proc/${tid}/mem`, 'r');
    try {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, address));
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
