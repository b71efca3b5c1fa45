/** landlock(7): a process refuses itself, and its children, some uses of files, for good. Constants and structs: include/uapi/linux/landlock.h. */
import { bytes, integer, named, syscall } from '../arguments.js';
import { flagNames } from '../constants.js';
import type { Syscall } from '../syscall.js';

/** What may be done with files; each since a version of the interface ("ABI"). */
export const WRITE_FILE = 1 << 1;
export const REMOVE_DIR = 1 << 4;
export const REMOVE_FILE = 1 << 5;
export const MAKE_CHAR = 1 << 6;
export const MAKE_DIR = 1 << 7;
export const MAKE_REG = 1 << 8;
export const MAKE_SOCK = 1 << 9;
export const MAKE_FIFO = 1 << 10;
export const MAKE_BLOCK = 1 << 11;
export const MAKE_SYM = 1 << 12;
/** To link or rename from one directory to another, version 2, Linux 5.19. Before, that is refused wherever anything is (EXDEV). */
export const REFER = 1 << 13;
/** truncate(2), open(2) with O_TRUNC: version 3, Linux 6.2. Before, nothing can refuse that. */
export const TRUNCATE = 1 << 14;

const ACCESS = {
  ...{ WRITE_FILE, REMOVE_DIR, REMOVE_FILE, MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM },
  ...{ REFER, TRUNCATE },
};

/** landlock_create_ruleset(LANDLOCK_CREATE_RULESET_VERSION): returns the version of Landlock that the kernel has, from 1 on. */
export function landlockAskVersion(): Syscall {
  return syscall('landlock_create_ruleset', named('NULL', 0), integer(0), named('LANDLOCK_CREATE_RULESET_VERSION', 1));
}

/** landlock_create_ruleset(2): a descriptor for rules about these accesses. What no rule allows will be refused; other accesses are not touched. */
export function landlockCreateRuleset(handled: number): Syscall {
  const attr = new Uint8Array(new BigUint64Array([BigInt(handled)]).buffer);
  const text = `{handled_access_fs=${flagNames(ACCESS, handled)}}`;
  return syscall('landlock_create_ruleset', bytes(attr, text), integer(attr.length), integer(0));
}

/** landlock_add_rule(LANDLOCK_RULE_PATH_BENEATH): these accesses are allowed below a directory, which `parent` is a descriptor of. */
export function landlockAllowBelow(ruleset: number, parent: number, allowed: number): Syscall {
  const attr = Buffer.alloc(12); // packed
  attr.writeBigUInt64LE(BigInt(allowed));
  attr.writeInt32LE(parent, 8);
  const text = `{allowed_access=${flagNames(ACCESS, allowed)}, parent_fd=${parent}}`;
  const type = named('LANDLOCK_RULE_PATH_BENEATH', 1);
  return syscall('landlock_add_rule', integer(ruleset), type, bytes(attr, text), integer(0));
}

/** landlock_restrict_self(2). Needs CAP_SYS_ADMIN in its user namespace, or no_new_privs (EPERM). From then on mount(2) and its kind are refused, too. */
export function landlockRestrictSelf(ruleset: number): Syscall {
  return syscall('landlock_restrict_self', integer(ruleset), integer(0));
}
