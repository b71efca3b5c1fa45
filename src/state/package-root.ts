import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

let found: string | undefined;

/** The folder of tslab's package.json, which holds lessons/ and labs/, whether this runs from dist/ or from the source. */
export function packageRoot(): string {
  found ??= ancestors(import.meta.dirname).find(isPackageRoot);
  if (found === undefined) throw new Error(`no package.json of tslab above ${import.meta.dirname}`);
  return found;
}

function ancestors(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

function isPackageRoot(folder: string): boolean {
  const file = join(folder, 'package.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'tslab';
}
