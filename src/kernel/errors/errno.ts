import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';

const NAMES = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));
// Two names share a number on Linux; strace and the man pages use these.
NAMES.set(constants.errno.EAGAIN, 'EAGAIN').set(constants.errno.EOPNOTSUPP, 'EOPNOTSUPP');
// node has no names for those of keyctl(2): include/uapi/asm-generic/errno.h.
const ENOKEY = 126;
NAMES.set(ENOKEY, 'ENOKEY').set(127, 'EKEYEXPIRED').set(128, 'EKEYREVOKED');

/** `EPERM` for 1. */
export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? `errno ${errno}`;
}

/** What strerror(3) says, in lower case: `operation not permitted` for 1. */
export function errnoMeaning(errno: number): string {
  // libuv adds "on socket", and here it is a file of a cgroup, or an attribute.
  if (errno === constants.errno.EOPNOTSUPP) return 'operation not supported';
  // libuv has none for it: its sockets do not wait.
  if (errno === constants.errno.EINPROGRESS) return 'operation now in progress';
  // It has no keys.
  if (errno === ENOKEY) return 'required key not available';
  return getSystemErrorMap().get(-errno)?.[1] ?? 'unknown error';
}

/** The errno's name (`ENOENT`) of what node:fs threw; undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
