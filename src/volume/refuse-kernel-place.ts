import { UserError } from '../kernel/errors/user-error.js';
import { KERNEL_PLACES } from '../oci/kernel-paths.js';

/** Files that lxcfs replaces by its own; the only places below /proc on which runc mounts (checkProcMount() in libcontainer). */
const EMULATED: ReadonlySet<string> = new Set([
  '/proc/cpuinfo',
  '/proc/diskstats',
  '/proc/loadavg',
  '/proc/meminfo',
  '/proc/slabinfo',
  '/proc/stat',
  '/proc/swaps',
  '/proc/sys/crypto/fips_enabled',
  '/proc/sys/kernel/ns_last_pid',
  '/proc/uptime',
]);

/**
 * Refuses a mount below /proc or /sys: the kernel's files there, and the masks, must not be covered by files of somebody's
 * making (CVE-2019-16884, CVE-2019-19921). `place` has no `..` and no links in it; `given` is what was asked for. Throws UserError (2).
 */
export function refuseKernelPlace(place: string, given = place): void {
  const above = KERNEL_PLACES.find((path) => place === path || place.startsWith(`${path}/`));
  if (above === undefined || EMULATED.has(place)) return;
  const reason = place === above ? `it is not of type ${TYPES[above]}` : `it is inside ${above}`;
  const way = place === given ? '' : `, where ${given} leads`;
  throw new UserError(`${JSON.stringify(place)} cannot be mounted because ${reason}${way}`, 2, remedyFor(above));
}

const TYPES: Readonly<Record<string, string>> = { '/proc': 'proc', '/sys': 'sysfs' };

function remedyFor(above: string): string {
  if (above === '/sys') return 'Choose another place, such as /host/sys.';
  return `Choose another place, such as /host/proc. Only these can be replaced: ${[...EMULATED].join(', ')}.`;
}
