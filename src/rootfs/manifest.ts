import { lstatSync, readdirSync, readFileSync, type Stats, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Path below the root; type and permissions; bytes; when it last changed. */
type Line = readonly [path: string, mode: number, size: number, mtimeMs: number];

/**
 * Writes down what a finished tree is like, to recognise damage later.
 *
 * The time of a directory changes with each name made or removed in it, so that a look at the inodes is enough: no file is read
 * again. Symbolic links are left out, since one can change only by being made anew; busybox has 400 of them.
 */
export function writeManifest(file: string, root: string): void {
  writeFileSync(file, JSON.stringify(listTree(root, '.')));
}

function listTree(root: string, path: string): Line[] {
  const stats = lstatSync(join(root, path));
  if (stats.isSymbolicLink()) return [];
  const names = stats.isDirectory() ? readdirSync(join(root, path)) : [];
  return [describe(path, stats), ...names.flatMap((name) => listTree(root, join(path, name)))];
}

function describe(path: string, { mode, size, mtimeMs }: Stats): Line {
  return [path, mode, size, mtimeMs];
}

/** Whether the tree is still as the manifest says. False where there is no manifest, or half of one. */
export function matchesManifest(file: string, root: string): boolean {
  return readManifest(file)?.every((line) => isUnchanged(root, line)) ?? false;
}

function readManifest(file: string): Line[] | undefined {
  try {
    const lines: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(lines) ? lines : undefined;
  } catch {
    return undefined;
  }
}

function isUnchanged(root: string, line: Line): boolean {
  const stats = lstatSync(join(root, line[0]), { throwIfNoEntry: false });
  return stats !== undefined && describe(line[0], stats).every((value, index) => value === line[index]);
}
