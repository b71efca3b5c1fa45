import type { Child } from '../../../src/kernel/process.js';
import { type Observation, observed } from '../../../src/lab/observation.js';
import { fileId } from '../../../src/procfs/file-id.js';

/** What is at /, as a shell without `ls` prints it. */
export const LIST_ROOT = 'echo /*';

/** What is at / for a process, as device and inode. */
export function rootOf(child: Child): Observation {
  return observed('host', `/proc/${child.pid}/root`, rootId(child));
}

export function rootId(child: Child): string {
  return fileId(`/proc/${child.pid}/root/`);
}
