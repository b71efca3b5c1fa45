import { errorCode } from '../../kernel/errors/errno.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { KERNEL_PLACES } from '../../oci/kernel-paths.js';
import type { Layers } from '../../rootfs/layers.js';
import { refuseKernelPlace } from '../../volume/refuse-kernel-place.js';

interface Targeted {
  readonly target: string;
}

// #region places
/**
 * The mounts with their targets as they are without links: what a container's files say now, topmost layer first. A link of an
 * image may lead to /proc or /sys: throws UserError (2) then. That nothing has changed when they are mounted the kernel sees to,
 * which follows no link there (RESOLVE_NO_SYMLINKS; CVE-2021-30465 of runc was a race for that moment).
 */
export function placeMounts<M extends Targeted>(mounts: readonly M[], layers: Layers): M[] {
  const covered = new Set(['/dev', ...KERNEL_PLACES]);
  return mounts.toSorted(byDepth).map((mount) => {
    const target = resolveTarget(mount.target, layers, covered);
    if (target !== mount.target) refusePlace(target, mount.target);
    covered.add(target);
    return { ...mount, target };
  });
}
// #endregion

function refusePlace(target: string, given: string): void {
  refuseKernelPlace(target, given);
  if (target === '/') throw new UserError(`invalid specification: destination can't be '/', where ${given} leads`, 2);
}

/** /a before /a/b, which it would cover otherwise. */
function byDepth(a: Targeted, b: Targeted): number {
  return a.target.split('/').length - b.target.split('/').length;
}

function resolveTarget(target: string, layers: Layers, covered: ReadonlySet<string>): string {
  try {
    return layers.resolve(target, covered);
  } catch (error) {
    if (errorCode(error) !== 'ELOOP') throw error;
    throw new UserError(`${target} cannot be mounted on: ${(error as Error).message}`, 2);
  }
}
