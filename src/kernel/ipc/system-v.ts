/**
 * System V IPC: message queues, semaphores and shared memory, which have a number instead of a path (sysvipc(7)).
 *
 * shmat(2) is left out: a list runs in tslab's own memory, so the segment would be attached to tslab.
 */
import { bytes, describedBuffer, descriptor, flags, integer, named, oneOf, syscall } from '../arguments.js';
import { flagNames } from '../constants.js';
import type { Argument, Descriptor, Syscall } from '../syscall.js';

// <linux/ipc.h>
export const IPC_CREAT = 0o1000;
export const IPC_EXCL = 0o2000;
export const IPC_NOWAIT = 0o4000;
export const IPC_RMID = 0;
const GET_FLAGS = { IPC_CREAT, IPC_EXCL };
const WAIT = { IPC_NOWAIT };

/** msgget(2): the queue with this key. Returns its identifier. */
export function msgget(key: number, msgflg: number): Syscall {
  return syscall('msgget', hexadecimal(key), getFlags(msgflg));
}

/** msgsnd(2): a message of a type above 0. */
export function msgsnd(msqid: Descriptor, mtype: number, mtext: string, msgflg = 0): Syscall {
  const data = Buffer.from(mtext);
  const type = new Uint8Array(new BigInt64Array([BigInt(mtype)]).buffer);
  const message = bytes(Buffer.concat([type, data]), `{${mtype}, ${JSON.stringify(mtext)}}`);
  return syscall('msgsnd', descriptor(msqid), message, integer(data.length), flags(WAIT, msgflg));
}

/** msgrcv(2) into a struct msgbuf: 8 bytes for the type, then the text. Type 0 is the first message. Returns the length of the text. */
export function msgrcv(msqid: Descriptor, into: Uint8Array, msgtyp: number, msgflg = 0): Syscall {
  const size = integer(into.length - TYPE_SIZE);
  const message = describedBuffer(into, received);
  return syscall('msgrcv', descriptor(msqid), message, size, integer(msgtyp), flags(WAIT, msgflg));
}

/** As {@link msgsnd} has it: `{1, "hello"}`. */
function received(into: Uint8Array): string {
  return `{${Buffer.from(into).readBigInt64LE()}, ${JSON.stringify(messageText(into))}}`;
}

/** Size of `mtype`, a long, in bytes. */
const TYPE_SIZE = 8;

/** The text of a message that msgrcv(2) has put into a buffer. */
export function messageText(into: Uint8Array): string {
  return Buffer.from(into.subarray(TYPE_SIZE)).toString().replace(/\0+$/, '');
}

/** msgctl(2), for operations without a struct. */
export function msgctl(msqid: Descriptor, op: number): Syscall {
  return syscall('msgctl', descriptor(msqid), oneOf({ IPC_RMID }, op), named('NULL', 0));
}

/** semget(2): a set of semaphores. Returns its identifier. */
export function semget(key: number, nsems: number, semflg: number): Syscall {
  return syscall('semget', hexadecimal(key), integer(nsems), getFlags(semflg));
}

/** semctl(2), for operations without a fourth argument. */
export function semctl(semid: Descriptor, semnum: number, op: number): Syscall {
  return syscall('semctl', descriptor(semid), integer(semnum), oneOf({ IPC_RMID }, op));
}

/** shmget(2): a segment of shared memory, in bytes. Returns its identifier. */
export function shmget(key: number, size: number, shmflg: number): Syscall {
  return syscall('shmget', hexadecimal(key), integer(size), getFlags(shmflg));
}

/** shmctl(2), for operations without a struct. */
export function shmctl(shmid: Descriptor, op: number): Syscall {
  return syscall('shmctl', descriptor(shmid), oneOf({ IPC_RMID }, op), named('NULL', 0));
}

function hexadecimal(key: number): Argument {
  return named(`0x${key.toString(16)}`, key);
}

/** IPC_* flags, and the permissions in octal. */
function getFlags(value: number): Argument {
  const names = flagNames(GET_FLAGS, value & ~0o777, '');
  const permissions = value === 0 ? '0' : `0${(value & 0o777).toString(8)}`;
  return named(names ? `${names}|${permissions}` : permissions, value);
}
