/** Questions to the file of a namespace, such as /proc/PID/ns/pid: ioctl_ns(2). */
import { buffer, descriptor, named, syscall } from '../arguments.js';
import type { Descriptor, Syscall } from '../syscall.js';

/** The user namespace that owns this one. Returns a descriptor. EPERM: it is above that of the caller, or there is none. */
export function nsGetUserns(fd: Descriptor): Syscall {
  return syscall('ioctl', descriptor(fd), named('NS_GET_USERNS', 0xb701));
}

/** The parent of a pid or user namespace. Returns a descriptor. EPERM: it is above that of the caller, or there is none. */
export function nsGetParent(fd: Descriptor): Syscall {
  return syscall('ioctl', descriptor(fd), named('NS_GET_PARENT', 0xb702));
}

/** Returns the CLONE_NEW* flag of its type (Linux 4.11). */
export function nsGetNstype(fd: Descriptor): Syscall {
  return syscall('ioctl', descriptor(fd), named('NS_GET_NSTYPE', 0xb703));
}

/** Who made a user namespace: `uid` (4 bytes) holds that number afterwards, as the caller's user namespace has it. */
export function nsGetOwnerUid(fd: Descriptor, uid: Uint8Array): Syscall {
  return syscall('ioctl', descriptor(fd), named('NS_GET_OWNER_UID', 0xb704), buffer(uid));
}
