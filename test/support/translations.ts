import { spawnSync } from 'node:child_process';

/** Editions that lack something of the English one: `npm run translations` is the gate for those, and tests leave them out. */
const OUTDATED: ReadonlySet<string> = new Set(
  [...needed().matchAll(/^needs: ([^:]+):/gm)].map(([, path = '']) => path),
);

/** Whether an edition, such as `lessons/zh/03-cgroups.md`, has all that the English one has. */
export function isTranslated(path: string): boolean {
  return !OUTDATED.has(path);
}

function needed(): string {
  return spawnSync(process.execPath, ['scripts/translations.mjs'], { encoding: 'utf8' }).stdout;
}
