import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** What `dist` was made of: a hash, beside what tsc has made. */
const STAMP = 'dist/src/.sources';

/** Notes that `dist` is made of the sources as they are now: the last thing that a build does. */
export function stampBuild(project = '.'): void {
  writeFileSync(join(project, STAMP), hashOfSources(project));
}

/** Before the kernel tests, which run what is in `dist`: with old code they would pass, whatever was changed since. */
export default function refuseOldBuild(): void {
  if (isBuilt('.')) return;
  throw new Error('dist was made from other sources than these, and the kernel tests run what is there: npm run build');
}

/** Whether `dist` was made from the sources that are there. */
export function isBuilt(project: string): boolean {
  const stamp = join(project, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOfSources(project);
}

function hashOfSources(project: string): string {
  const hash = createHash('sha256');
  for (const file of ['src', 'labs', 'exercises'].flatMap((directory) => sourcesIn(join(project, directory))))
    hash.update(`${relative(project, file)}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

function sourcesIn(directory: string): string[] {
  const all = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const sources = all.filter((file) => file.endsWith('.ts')).sort();
  return sources.map((file) => join(directory, file));
}
