import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../../kernel/errors/user-error.js';
import type { SiteFile } from './pages.js';

/** In the directory of a site: the files that it has, so that what is not ours is never taken for ours. */
const MANIFEST = 'tslab-site.json';

/**
 * Writes a site, all of it or nothing: beside its place first, then by rename(2). What a site of ours had there goes; anything
 * else stops it (UserError, 2). The directory, as an absolute path.
 */
export function writeSite(files: readonly SiteFile[], target: string): string {
  const directory = existsSync(target) ? realpathSync(target) : resolve(target);
  refuseWhereWeStand(directory);
  try {
    const foreign = foreignFiles(directory);
    if (foreign.length > 0) throw refuseForeign(directory, foreign);
    putInPlace(writeBeside(directory, files), directory);
    return directory;
  } catch (error) {
    throw error instanceof UserError ? error : explain(error, directory);
  }
}

/** The directory is replaced: a shell that stands in it, or below it, would be left in one that is gone. */
function refuseWhereWeStand(directory: string): void {
  if (!`${realpathSync('.')}/`.startsWith(`${directory === '/' ? '' : directory}/`)) return;
  const remedy = 'Name a directory of its own, such as: tslab build-site site';
  throw new UserError(`${directory} is the directory that you are in, or above it; it would be replaced`, 2, remedy);
}

/** What is there and was not written by writeSite. */
function foreignFiles(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const own = readManifest(directory);
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1));
  return paths.filter((path) => !own.has(path));
}

/** Empty where there is none, or it is not what we wrote. */
function readManifest(directory: string): Set<string> {
  try {
    const { files } = JSON.parse(readFileSync(join(directory, MANIFEST), 'utf8'));
    return new Set([MANIFEST, ...files]);
  } catch {
    return new Set();
  }
}

function refuseForeign(directory: string, foreign: readonly string[]): UserError {
  const [first = '', ...others] = foreign;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const message = `${directory} has files that are not of a site of tslab: ${first}${more}`;
  return new UserError(
    message,
    2,
    'Name a directory that is empty, that does not exist yet, or that build-site has written.',
  );
}

/** The new directory, beside the place where it is to be, on the same filesystem. */
function writeBeside(directory: string, files: readonly SiteFile[]): string {
  const fresh = join(dirname(directory), `.${basename(directory)}.${process.pid}.tmp`);
  const manifest = JSON.stringify({ generator: 'tslab build-site', files: files.map(({ path }) => path) }, null, 1);
  try {
    for (const { path, text } of [...files, { path: MANIFEST, text: `${manifest}\n` }]) {
      makeDirectory(dirname(join(fresh, path)));
      writeFileSync(join(fresh, path), text, { flag: 'wx' });
    }
    return fresh;
  } catch (error) {
    if (existsSync(fresh)) rmSync(fresh, { recursive: true });
    throw error;
  }
}

/** With those above it. `recursive` of node tries for ever where mkdir(2) says ENOENT, as in /proc. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  mkdirSync(path);
}

/** The old directory steps aside for the new one, and comes back if that fails. */
function putInPlace(fresh: string, directory: string): void {
  const aside = `${fresh}.old`;
  const isThere = existsSync(directory);
  try {
    if (isThere) renameSync(directory, aside);
    renameSync(fresh, directory);
  } catch (error) {
    if (isThere && !existsSync(directory)) renameSync(aside, directory);
    if (existsSync(fresh)) rmSync(fresh, { recursive: true });
    throw error;
  }
  rmSync(aside, { recursive: true, force: true });
}

/** No right to write, no room, a file where a directory should be, a mount point that cannot be renamed. */
function explain(error: unknown, directory: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  const remedy = ['EBUSY', 'EXDEV'].includes(code)
    ? `Something is mounted there, and a mount point cannot be replaced. Name a directory below it: ${join(directory, 'site')}`
    : 'Name a directory that you may write to.';
  return new UserError(`the site cannot be written to ${directory}: ${message}`, 2, remedy);
}
