/** Calls that ask for one capability each (capabilities(7)); those of other subjects stand in their own files. */
import { buffer, bytes, descriptor, integer, named, string, syscall } from '../arguments.js';
import { flagNames } from '../constants.js';
import type { Descriptor, Syscall } from '../syscall.js';

/** setpriority(PRIO_PROCESS) of whoever calls. */
export function setpriority(priority: number): Syscall {
  return syscall('setpriority', named('PRIO_PROCESS', 0), integer(0), integer(priority));
}

/** acct(NULL): no accounting of the processes of this pid namespace. */
export function acctOff(): Syscall {
  return syscall('acct', string(null));
}

/** reboot(2) without its magic numbers: EINVAL, whoever calls, but nobody without the right hears of that. */
export function rebootWithoutMagic(): Syscall {
  return syscall('reboot', integer(0), integer(0), integer(0), named('NULL', 0));
}

/** vhangup(2): hangs up the controlling terminal, where there is one. */
export function vhangup(): Syscall {
  return syscall('vhangup');
}

/** syslog(SYSLOG_ACTION_SIZE_UNREAD): how much of the kernel's log nobody has read yet. */
export function unreadLog(): Syscall {
  return syscall('syslog', named('SYSLOG_ACTION_SIZE_UNREAD', 9), named('NULL', 0), integer(0));
}

/** timerfd_create(2) of a clock that wakes the machine. */
export function wakingTimer(): Syscall {
  return syscall('timerfd_create', named('CLOCK_BOOTTIME_ALARM', 9), named('TFD_CLOEXEC', 0x80000));
}

/** sizeof(struct perf_event_attr) in its first version, PERF_ATTR_SIZE_VER0. */
const PERF_ATTR_SIZE = 64;

/** perf_event_open(2): counts the time of a whole CPU, of all processes there. */
export function countCpu(cpu: number): Syscall {
  const attributes = Buffer.alloc(PERF_ATTR_SIZE);
  attributes.writeUInt32LE(1, 0); // PERF_TYPE_SOFTWARE; config 0 is PERF_COUNT_SW_CPU_CLOCK
  attributes.writeUInt32LE(PERF_ATTR_SIZE, 4);
  const what = bytes(attributes, '{PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK}');
  const closing = named('PERF_FLAG_FD_CLOEXEC', 8);
  return syscall('perf_event_open', what, integer(-1), integer(cpu), integer(-1), closing);
}

/** ptrace(PTRACE_SEIZE): becomes the tracer of a process, which goes on. */
export function ptraceSeize(pid: number): Syscall {
  return syscall('ptrace', named('PTRACE_SEIZE', 0x4206), integer(pid), named('NULL', 0), integer(0));
}

/** ioctl_fs(2): FS_IOC_GETFLAGS, FS_IOC_SETFLAGS, of an int. */
export const FS_APPEND_FL = 0x20;

/** The flags of a file, as chattr(1) knows them. */
export function getFileFlags(fd: Descriptor, into: Uint8Array): Syscall {
  return syscall('ioctl', descriptor(fd), named('FS_IOC_GETFLAGS', 0x80086601), buffer(into));
}

export function setFileFlags(fd: Descriptor, fileFlags: number): Syscall {
  const int = new Uint8Array(new Uint32Array([fileFlags, 0]).buffer);
  const text = `[${flagNames({ FS_APPEND_FL }, fileFlags)}]`;
  return syscall('ioctl', descriptor(fd), named('FS_IOC_SETFLAGS', 0x40086602), bytes(int, text));
}

/** ioctl(SIOCSIFFLAGS): switches a link on, netdevice(7). */
export function linkUp(socket: Descriptor, link: string): Syscall {
  const request = Buffer.alloc(40); // struct ifreq
  request.write(link, 0, 'latin1');
  request.writeUInt16LE(1, 16); // IFF_UP
  return syscall('ioctl', descriptor(socket), named('SIOCSIFFLAGS', 0x8914), bytes(request, `{"${link}", IFF_UP}`));
}

/** BPF_MAP_CREATE of bpf(2): a queue, which ordinary users may make on no kernel. */
export function createMap(): Syscall {
  const [BPF_MAP_TYPE_QUEUE, valueSize, maxEntries] = [22, 4, 1];
  const attributes = Buffer.alloc(72);
  attributes.writeUInt32LE(BPF_MAP_TYPE_QUEUE, 0);
  attributes.writeUInt32LE(valueSize, 8);
  attributes.writeUInt32LE(maxEntries, 12);
  return syscall(
    'bpf',
    named('BPF_MAP_CREATE', 0),
    bytes(attributes, '{BPF_MAP_TYPE_QUEUE}'),
    integer(attributes.length),
  );
}

/** clone3(2) without arguments: EINVAL, where the kernel gets to look at them. */
export function clone3(): Syscall {
  return syscall('clone3', named('NULL', 0), integer(0));
}

/** shmctl(2): a shared memory segment is kept in memory. */
export function shmLock(segment: Descriptor): Syscall {
  return syscall('shmctl', descriptor(segment), named('SHM_LOCK', 11), named('NULL', 0));
}

/** shmctl(2): reads what the kernel has about a segment, a struct shmid_ds. */
export function shmStat(segment: Descriptor): Syscall {
  return syscall('shmctl', descriptor(segment), named('IPC_STAT', 2), buffer(new Uint8Array(120)));
}
