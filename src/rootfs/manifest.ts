import { lstatSync, readdirSync, type Stats, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile } from '../kernel/files/regular-file.js';
import { list, Misfit, type Parser } from '../kernel/parser.js';

/** Path below the root; type and permissions; bytes; when it last changed. */
type Line = readonly [path: string, mode: number, size: number, mtimeMs: number];

/**
 * Records the inodes of a finished tree, to recognise damage later.
 *
 * The time of a directory changes with each name made or removed in it, so inodes are enough: no file is read
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

/** Whether the tree is still as the manifest says. False where the manifest is missing or incomplete. */
export function matchesManifest(file: string, root: string): boolean {
  return readManifest(file)?.every((line) => isUnchanged(root, line)) ?? false;
}

/** Bytes: more than 100,000 files. */
const LIMIT = 16 * 2 ** 20;

const line: Parser<Line> = (value, at) => {
  const [path, ...numbers] = Array.isArray(value) ? value : [];
  if (typeof path === 'string' && numbers.length === 3 && numbers.every(Number.isFinite))
    return value as unknown as Line;
  throw new Misfit(at, value, 'a path and three numbers');
};

/** It needs no version: what this release cannot read is built anew. */
function readManifest(file: string): Line[] | undefined {
  try {
    return list(line)(JSON.parse(readRegularFile(file, LIMIT).toString('utf8')), '');
  } catch {
    return undefined;
  }
}

function isUnchanged(root: string, line: Line): boolean {
  const stats = lstatSync(`${root}/${line[0]}`, { throwIfNoEntry: false });
  return stats !== undefined && describe(line[0], stats).every((value, index) => value === line[index]);
}
