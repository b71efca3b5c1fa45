/** Keys, which the kernel keeps for users and processes: keyrings(7). Constants: include/uapi/linux/keyctl.h. */
import { buffer, bytes, descriptor, integer, named, oneOf, string, syscall } from '../arguments.js';
import type { Argument, Descriptor, Syscall } from '../syscall.js';

/** The keyring that a process shares with what it has started, and with what started it. */
export const KEY_SPEC_SESSION_KEYRING = -3;
/** That of the user, one for all of his processes. */
export const KEY_SPEC_USER_KEYRING = -4;

const KEYRINGS = { KEY_SPEC_SESSION_KEYRING, KEY_SPEC_USER_KEYRING };
const [GET_KEYRING_ID, JOIN_SESSION_KEYRING, REVOKE, SETPERM] = [0, 1, 3, 5];
const [LINK, SEARCH, READ, SET_TIMEOUT] = [8, 10, 11, 15];
const NULL = named('NULL', 0);

/** add_key(2) of type `user`: bytes under a name, in a keyring. Returns the number of the key. */
export function addKey(description: string, payload: string, keyring: number): Syscall {
  const data = Buffer.from(payload);
  const how = [bytes(data, JSON.stringify(payload)), integer(data.length), oneOf(KEYRINGS, keyring)];
  return syscall('add_key', string('user'), string(description), ...how);
}

/** keyctl(KEYCTL_JOIN_SESSION_KEYRING): a new one, which is empty; or the one of that name, where it may be searched. Returns its number. */
export function joinSessionKeyring(name: string | null = null): Syscall {
  return keyctl('KEYCTL_JOIN_SESSION_KEYRING', JOIN_SESSION_KEYRING, name === null ? NULL : string(name));
}

/** keyctl(KEYCTL_GET_KEYRING_ID) of the session keyring. ENOSYS: a kernel without keys; EPERM: a filter over tslab itself. */
export function sessionKeyring(): Syscall {
  return keyctl('KEYCTL_GET_KEYRING_ID', GET_KEYRING_ID, oneOf(KEYRINGS, KEY_SPEC_SESSION_KEYRING), integer(0));
}

/** keyctl(KEYCTL_SETPERM): who may do what with it, six bits each for its possessor, user, group and others (keyctl_setperm(3)). */
export function setKeyPermissions(key: Descriptor, permissions: number): Syscall {
  const text = `0x${permissions.toString(16)}`;
  return keyctl('KEYCTL_SETPERM', SETPERM, descriptor(key), named(text, permissions));
}

/** keyctl(KEYCTL_SEARCH) for a key of type `user`. Returns its number. */
export function searchKey(keyring: number, description: string): Syscall {
  const what = [oneOf(KEYRINGS, keyring), string('user'), string(description), integer(0)];
  return keyctl('KEYCTL_SEARCH', SEARCH, ...what);
}

/** keyctl(KEYCTL_LINK): a keyring has a key or a keyring as well from here on. Who has one that has a key may read that (keyrings(7), possession). */
export function linkKey(key: number, keyring: number): Syscall {
  return keyctl('KEYCTL_LINK', LINK, oneOf(KEYRINGS, key), oneOf(KEYRINGS, keyring));
}

/** keyctl(KEYCTL_REVOKE): nobody can use the key any more. */
export function revokeKey(key: Descriptor): Syscall {
  return keyctl('KEYCTL_REVOKE', REVOKE, descriptor(key));
}

/** keyctl(KEYCTL_READ): the bytes of a key. Returns their number. */
export function readKey(key: Descriptor, into: Uint8Array): Syscall {
  return keyctl('KEYCTL_READ', READ, descriptor(key), buffer(into), integer(into.length));
}

/** keyctl(KEYCTL_SET_TIMEOUT): the key is gone after so many seconds. */
export function setKeyTimeout(key: Descriptor, seconds: number): Syscall {
  return keyctl('KEYCTL_SET_TIMEOUT', SET_TIMEOUT, descriptor(key), integer(seconds));
}

function keyctl(name: string, operation: number, ...args: Argument[]): Syscall {
  return syscall('keyctl', named(name, operation), ...args);
}
