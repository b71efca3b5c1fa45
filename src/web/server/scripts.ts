import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { built } from './built.js';

/** A script of the pages as the build made it; undefined where there is none of that name. */
export function readScript(file: string): string | undefined {
  const folder = built('src/web/client');
  return readdirSync(folder).includes(file) ? readFileSync(join(folder, file), 'utf8') : undefined;
}
