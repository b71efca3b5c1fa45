/** seccomp(2): a process refuses some of its own system calls, for good, and those of its children. Constants: include/uapi/linux/seccomp.h. */
import { buffer, bytes, descriptor, flags, named, oneOf, struct, syscall } from '../arguments.js';
import type { Descriptor, Syscall } from '../syscall.js';

export const SECCOMP_SET_MODE_FILTER = 1;
/** The kernel writes what is refused to its log, but for SECCOMP_RET_ERRNO. */
export const SECCOMP_FILTER_FLAG_LOG = 0x2;
/** The kernel does not turn off speculation for it (spec_store_bypass in Documentation/userspace-api/spec_ctrl.rst). */
export const SECCOMP_FILTER_FLAG_SPEC_ALLOW = 0x4;
/** seccomp(2) returns a listener, of which there is one for all filters of a process (EBUSY): Linux 5.0. */
export const SECCOMP_FILTER_FLAG_NEW_LISTENER = 0x8;

const OPERATIONS = { SECCOMP_SET_MODE_FILTER };
const FILTER_FLAGS = { SECCOMP_FILTER_FLAG_LOG, SECCOMP_FILTER_FLAG_SPEC_ALLOW, SECCOMP_FILTER_FLAG_NEW_LISTENER };

/** sizeof(struct sock_filter), include/uapi/linux/filter.h */
const SOCK_FILTER_SIZE = 8;

/**
 * seccomp(SECCOMP_SET_MODE_FILTER) of a BPF program, an array of struct sock_filter. Needs CAP_SYS_ADMIN in its user namespace, or
 * no_new_privs (else EACCES): a set-uid program that is refused setuid(2) would go on as root.
 */
export function seccomp(operation: number, filterFlags: number, program: Uint8Array): Syscall {
  const length = program.length / SOCK_FILTER_SIZE;
  // struct sock_fprog: a short for the number of instructions, padding, the pointer.
  const fprog = struct([BigInt(length), program], `{len=${length}, filter=…}`);
  return syscall('seccomp', oneOf(OPERATIONS, operation), flags(FILTER_FLAGS, filterFlags), fprog);
}

/** sizeof(struct seccomp_notif): id, pid, flags, struct seccomp_data. */
export const NOTIFICATION_SIZE = 80;

/** ioctl(SECCOMP_IOCTL_NOTIF_RECV): the next question. The buffer has to be zeros (EINVAL). It waits where nothing asks: poll(2) first. */
export function receiveNotification(listener: Descriptor, into: Uint8Array): Syscall {
  const request = named('SECCOMP_IOCTL_NOTIF_RECV', 0xc0502100);
  return syscall('ioctl', descriptor(listener), request, buffer(into, '{…}'));
}

/** ioctl(SECCOMP_IOCTL_NOTIF_SEND) of a struct seccomp_notif_resp. ENOENT: who asked has ended, or was interrupted. */
export function answerNotification(
  listener: Descriptor,
  answer: { id: bigint; error: number; flags: number },
): Syscall {
  const response = new DataView(new ArrayBuffer(24));
  response.setBigUint64(0, answer.id, true);
  response.setInt32(16, answer.error, true);
  response.setUint32(20, answer.flags, true);
  const text = `{id=${answer.id}, error=${answer.error}, flags=${answer.flags}}`;
  const request = named('SECCOMP_IOCTL_NOTIF_SEND', 0xc0182101);
  return syscall('ioctl', descriptor(listener), request, bytes(new Uint8Array(response.buffer), text));
}
