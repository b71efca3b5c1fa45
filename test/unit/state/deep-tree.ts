import { closeSync, constants, mkdirSync, openSync, writeFileSync } from 'node:fs';

/** Makes so many directories, one in the other, and a file in the last: deeper than a path may be long (PATH_MAX, 4096). */
export function makeDeepTree(top: string, levels: number, name: string): void {
  let here = openSync(top, constants.O_DIRECTORY);
  for (let level = 0; level < levels; level++) {
    mkdirSync(`/proc/self/fd/${here}/${name}`);
    const below = openSync(`/proc/self/fd/${here}/${name}`, constants.O_DIRECTORY);
    closeSync(here);
    here = below;
  }
  writeFileSync(`/proc/self/fd/${here}/leaf`, 'leaf\n');
  closeSync(here);
}
