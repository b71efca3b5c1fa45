/** Calls on namespaces and the host name. */
import { describedBuffer, descriptor, flags, integer, named, string, syscall } from '../arguments.js';
import * as k from '../constants.js';
import type { Descriptor, Syscall } from '../syscall.js';

/** sethostname(2). At most 64 bytes (`__NEW_UTS_LEN`). */
export function sethostname(name: string): Syscall {
  return syscall('sethostname', utsName('host name', name), integer(Buffer.byteLength(name)));
}

/** setdomainname(2): the NIS domain, at most 64 bytes. */
export function setdomainname(name: string): Syscall {
  return syscall('setdomainname', utsName('domain name', name), integer(Buffer.byteLength(name)));
}

export function unshare(namespaceFlags: number): Syscall {
  return syscall('unshare', flags(k.CLONE_FLAGS, namespaceFlags));
}

/** setns(2). With a pidfd, several CLONE_NEW* flags at once (Linux 5.8). */
export function setns(fd: Descriptor, nstype: number): Syscall {
  return syscall('setns', descriptor(fd), flags(k.CLONE_FLAGS, nstype));
}

/**
 * clone(2) inside a list. The parent waits (CLONE_VFORK) and then leaves the list with exit status 0; the child goes on with the next call.
 * CLONE_PARENT makes the child one of tslab's own, so that tslab can wait for it. The stub uses no stack, so none is given.
 */
export function clone(cloneFlags: number): Syscall {
  refuseTimeNamespace(cloneFlags);
  const all = cloneFlags | k.CLONE_VM | k.CLONE_VFORK | k.CLONE_PARENT;
  const how = named(`${k.flagNames(k.CLONE_FLAGS, all)}|SIGCHLD`, all | k.SIGCHLD);
  return { ...syscall('clone', how, named('NULL', 0), named('NULL', 0), named('NULL', 0), integer(0)), max: 0n };
}

/**
 * The same, for a child that waits at the gate: before that begins the kernel writes its pid into our memory, as its parent sees it
 * (CLONE_PARENT_SETTID). The result of the call comes only when the child has become its program.
 */
export function cloneBeforeGate(): Syscall {
  const all = k.CLONE_VM | k.CLONE_VFORK | k.CLONE_PARENT | CLONE_PARENT_SETTID;
  const how = named('CLONE_VM|CLONE_VFORK|CLONE_PARENT|CLONE_PARENT_SETTID|SIGCHLD', all | k.SIGCHLD);
  const pid = describedBuffer(new Uint8Array(4), (bytes) => `[${readPid(bytes)}]`);
  return { ...syscall('clone', how, named('NULL', 0), pid, named('NULL', 0), integer(0)), max: 0n };
}

/** The pid that the kernel has written, before the call returned; undefined for any other call, or where none was born. */
export function pidBornBeforeGate({ name, args: [, , pid] }: Syscall): number | undefined {
  return (name === 'clone' && pid?.kind === 'bytes' && readPid(pid.value)) || undefined;
}

function readPid(bytes: Uint8Array): number {
  return new DataView(bytes.buffer).getInt32(0, true);
}

/** linux/sched.h */
const CLONE_PARENT_SETTID = 0x0010_0000;

/**
 * clone(2) inside a list that runs outside of tslab's memory: the child gets a copy of the memory, so what is done to the child
 * does not reach its parent, which leaves the list. Otherwise as {@link clone}.
 */
export function fork(): Syscall {
  const how = named('CLONE_PARENT|SIGCHLD', k.CLONE_PARENT | k.SIGCHLD);
  return { ...syscall('clone', how, named('NULL', 0), named('NULL', 0), named('NULL', 0), integer(0)), max: 0n };
}

/** The lowest byte of clone(2)'s flags is the signal that the parent gets, and CLONE_NEWTIME a bit of it: the kernel would take no notice. */
export function refuseTimeNamespace(cloneFlags: number): void {
  if ((cloneFlags & k.CLONE_NEWTIME) === 0) return;
  throw new RangeError(
    'clone(2) cannot make a time namespace: CLONE_NEWTIME (0x80) is a bit of the signal number there; use unshare(CLONE_NEWTIME)',
  );
}

function utsName(what: string, name: string) {
  const length = Buffer.byteLength(name);
  if (length > 64) {
    throw new RangeError(
      `the ${what} ${JSON.stringify(name)} has ${length} bytes; the kernel keeps at most 64 (uname(2))`,
    );
  }
  return string(name);
}
