import { textOf } from './sysctls.js';

/**
 * The AppArmor profile of this process; null where AppArmor is not active.
 *
 * `attr/current` belongs to whichever security module came first, SELinux for example; `attr/apparmor` is newer (Linux 5.8).
 */
export function readApparmor(): string | null {
  if (textOf('/sys/module/apparmor/parameters/enabled') !== 'Y') return null;
  return textOf('/proc/self/attr/apparmor/current') ?? textOf('/proc/self/attr/current');
}

/** Whether a profile forbids anything: `unconfined` and `vscode (unconfined)` do not, nor does one that only complains. */
export function confines(profile: string | null): profile is string {
  return profile !== null && !/unconfined|\(complain\)/.test(profile);
}
