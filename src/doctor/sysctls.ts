import { readFileSync } from 'node:fs';

/** Switches of the kernel that can forbid what labs do: namespaces(7), user_namespaces(7), and two of distributions. */
const SYSCTLS = [
  // Debian's and Arch's own patch: 0 leaves user namespaces to root.
  'kernel.unprivileged_userns_clone',
  // Ubuntu since 23.10: 1 denies capabilities in the user namespaces of programs that have no AppArmor profile.
  'kernel.apparmor_restrict_unprivileged_userns',
  'user.max_user_namespaces',
  'user.max_pid_namespaces',
  'user.max_mnt_namespaces',
  'user.max_uts_namespaces',
  'user.max_ipc_namespaces',
  'user.max_net_namespaces',
  'user.max_cgroup_namespaces',
  'user.max_time_namespaces',
] as const;

export type Sysctl = (typeof SYSCTLS)[number];

/** What each switch says; null where this kernel does not have it. */
export function readSysctls(): Record<Sysctl, number | null> {
  return Object.fromEntries(SYSCTLS.map((name) => [name, readSysctl(name)])) as Record<Sysctl, number | null>;
}

function readSysctl(name: Sysctl): number | null {
  const text = textOf(`/proc/sys/${name.replaceAll('.', '/')}`);
  return text === null ? null : Number(text);
}

/** A file without its last line feed; null where it cannot be read, for whatever reason: a doctor goes on. */
export function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch {
    return null;
  }
}
