import { readFileSync, readlinkSync } from 'node:fs';

/** The inode number of the first user namespace: PROC_USER_INIT_INO in include/linux/proc_ns.h, part of the ABI. */
const FIRST_USER_NAMESPACE = 'user:[4026531837]';

const CAP_SYS_ADMIN = 21n;

let privileged: boolean | undefined;
let inFirst: boolean | undefined;

/**
 * Whether this process has CAP_SYS_ADMIN in the first user namespace: what making namespaces, device nodes and an overlay with
 * trusted.* attributes takes. Without it, whatever the uid, containers live in a user namespace of their own: the root of
 * rootless podman, of `unshare -Ur`, or of a container that Docker has taken the capability from, is an ordinary user.
 */
export function isPrivileged(): boolean {
  privileged ??=
    process.geteuid?.() === 0 && isInFirstUserNamespace() && hasSysAdmin(readFileSync('/proc/self/status', 'utf8'));
  return privileged;
}

/** Whether ids and capabilities here are those of the machine. The uid_map does not tell: another namespace may map every id. */
export function isInFirstUserNamespace(): boolean {
  inFirst ??= looksFirst();
  return inFirst;
}

function looksFirst(): boolean {
  try {
    return readlinkSync('/proc/self/ns/user') === FIRST_USER_NAMESPACE;
  } catch {
    return true; // a kernel without user namespaces has but this one
  }
}

/** Whether the effective set in a /proc/PID/status has CAP_SYS_ADMIN (proc_pid_status(5)). */
export function hasSysAdmin(status: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> CAP_SYS_ADMIN) & 1n) === 1n;
}
