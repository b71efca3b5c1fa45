import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

/** Directories below node_modules that a package needs at run time: its dependencies, and theirs. */
export function runtimePackages(root: string, names = dependenciesOf(root)): string[] {
  const found = new Set<string>();
  const add = (name: string) => {
    const directory = join('node_modules', name);
    if (found.has(directory) || !existsSync(join(root, directory))) return;
    found.add(directory);
    for (const dependency of dependenciesOf(join(root, directory))) add(dependency);
  };
  for (const name of names) add(name);
  return [...found];
}

/** Optional ones are among them: koffi's prebuilt binary is one, of which npm installs that for this machine. */
function dependenciesOf(directory: string): string[] {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
  return [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.optionalDependencies ?? {})];
}
