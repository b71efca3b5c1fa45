import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** The directories that a container has of its own. */
export interface WritableLayer {
  readonly upper: string;
  readonly work: string;
  /** The mount point. */
  readonly target: string;
}

// #region writable-layer
/** Makes them, empty. The root of the container gets the mode of upper; upper and work must be on one filesystem. */
export function makeWritableLayer(directory: string): WritableLayer {
  const layer = { upper: join(directory, 'upper'), work: join(directory, 'work'), target: join(directory, 'merged') };
  for (const path of Object.values(layer)) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o755); // whatever the umask is
  }
  return layer;
}
// #endregion
