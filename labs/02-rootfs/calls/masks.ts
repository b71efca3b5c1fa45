import { existsSync, readdirSync, statSync } from 'node:fs';
import { close, mount } from '../../../src/kernel/calls/index.js';
import { openat2, RESOLVE_NO_SYMLINKS } from '../../../src/kernel/calls/mount-api.js';
import * as k from '../../../src/kernel/constants.js';
import { once } from '../../../src/kernel/once.js';
import { mayBeMissing, mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import { MASKED, READ_ONLY } from '../../../src/oci/kernel-paths.js';

type Paths = readonly string[];

// #region mask
/**
 * Hides files under /dev/null and directories under an empty tmpfs; binds others on themselves, read-only. What is not
 * there need not be hidden. The container must have no volumes yet: one on /dev could make /dev/null a link to a setting of
 * the kernel, which would then lie open at the place that was to be hidden (CVE-2025-31133).
 */
export function maskPaths(masked: Paths = [...MASKED, ...thermalThrottles()], readOnly: Paths = READ_ONLY): Syscall[] {
  const hidden = masked.filter(existsHere).map(hideOnce);
  return [...NULL_IS_NO_LINK, ...hidden, ...readOnly.filter(existsHere).flatMap(makeReadOnlyOnce)];
}

/** Without a /dev of its own (`--skip mount-dev`) a container has that of its image. */
function refuseLink(path: string): Syscall[] {
  const file = openat2(k.AT_FDCWD, path, { flags: k.O_PATH | k.O_CLOEXEC, resolve: RESOLVE_NO_SYMLINKS });
  const found = mayBeMissing(file);
  return [found, mayFail(close(found))];
}

function hide(path: string): Syscall {
  if (!statSync(path).isDirectory()) return mount(NULL, path, null, k.MS_BIND, null);
  return mount('tmpfs', path, 'tmpfs', k.MS_RDONLY, null);
}

/** The first mount(2) ignores MS_RDONLY: a bind mount becomes read-only by a remount only (mount(2), "Remounting"). */
function makeReadOnly(path: string): Syscall[] {
  const proc = k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC;
  return [
    mount(path, path, null, k.MS_BIND | k.MS_REC, null),
    mount(null, path, null, k.MS_REMOUNT | k.MS_BIND | k.MS_RDONLY | proc, null),
  ];
}
// #endregion

const NULL = '/dev/null';
const NULL_IS_NO_LINK = refuseLink(NULL);
const hideOnce = once((path: string) => mayBeMissing(hide(path)));
const makeReadOnlyOnce = once((path: string) => makeReadOnly(path).map(mayBeMissing));

/** How hot each CPU has run, which tells what others do on it: Docker hides this too (GHSA-6fw5-f8r9-fgfm). */
export function thermalThrottles(): string[] {
  if (!existsHere(CPUS)) return [];
  const cpus = readdirSync(CPUS).filter((name) => /^cpu\d+$/.test(name));
  return cpus.map((cpu) => `${CPUS}/${cpu}/thermal_throttle`);
}

const CPUS = '/sys/devices/system/cpu';

/** proc and sysfs have the same files inside and outside, as far as these paths go. */
function existsHere(path: string): boolean {
  return existsSync(path);
}
