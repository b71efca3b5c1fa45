import { canWeighIo } from '../../../cgroup/trial.js';
import { warn } from '../../leftovers.js';

/**
 * Whether `--blkio-weight` means something here. Where not, a warning says so, and one goes on without: as Docker does, in its
 * words (moby, verifyPlatformContainerResources()).
 */
export function keepsIoWeight(): boolean {
  if (canWeighIo()) return true;
  warn('Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.');
  return false;
}
