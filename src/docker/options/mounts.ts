import { UserError } from '../../kernel/errors/user-error.js';
import { KERNEL_PLACES } from '../../oci/kernel-paths.js';
import { refuseKernelPlace } from '../../volume/refuse-kernel-place.js';
import { parseMountFlag } from './mount-flag.js';
import type { MountRequest } from './mount-request.js';
import { parseTmpfs } from './tmpfs.js';
import { parseVolume } from './volume-flag.js';

/** The options of `run` that mount, as given. */
export interface MountFlags {
  readonly volume?: readonly string[];
  readonly mount?: readonly string[];
  readonly tmpfs?: readonly string[];
}

/** All mounts that were asked for, those above others first; the same `-v` twice is one, as in docker's client (opts.ListOpts.GetMap). `cwd` is what `./src` is relative to. Throws UserError (2). */
export function parseMounts({ volume = [], mount = [], tmpfs = [] }: MountFlags, cwd: string): MountRequest[] {
  const requests = [
    ...[...new Set(volume)].map((value) => parseVolume(value, cwd)),
    ...mount.map((value) => parseMountFlag(value)),
    ...tmpfs.map(parseTmpfs),
  ];
  requests.forEach(refuseKernelFiles);
  refuseTwoAtOnePlace(requests);
  return requests.sort((a, b) => depth(a.target) - depth(b.target));
}

/** The source of a bind is checked later (create.ts): it may be such a filesystem itself. */
function refuseKernelFiles({ type, target }: MountRequest): void {
  if (type !== 'bind' || !KERNEL_PLACES.includes(target)) refuseKernelPlace(target);
}

function refuseTwoAtOnePlace(requests: readonly MountRequest[]): void {
  const targets = requests.map(({ target }) => target);
  const twice = targets.find((target, i) => targets.indexOf(target) !== i);
  if (twice !== undefined) throw new UserError(`Duplicate mount point: ${twice}`, 2);
}

function depth(path: string): number {
  return path.split('/').length;
}
