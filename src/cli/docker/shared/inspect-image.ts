import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inspectedImage } from '../../../docker/images/inspect.js';
import { findImage } from '../../../image/store/images.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { here } from '../../../state/directories.js';

/** An image as `inspect` shows it. Throws UserError (1); makes no store where there is none. */
export function inspectImage(given: string): object {
  if (existsSync(join(here().state, 'images/index.json'))) return inspectedImage(findImage(given));
  throw new UserError(`No such image: ${given}`, 1, 'tslab images lists those that are here.');
}
