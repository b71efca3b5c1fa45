// Node 12 must be able to parse this file: see requirements.ts.
import { lstatSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** Where compiled code may be kept. It is executed: who can write there can do what the user can who runs tslab. */
export interface Place {
  readonly path: string;
  /** The only user, besides root, who may be able to write there. */
  readonly owner: number;
  readonly mode: number;
}

/** Beside the file, for all users, as its owner keeps it; then for each user: a package is installed by root and run by others. */
export function* placesOf(file: string): Generator<Place, void> {
  yield { path: codePath(file), owner: statSync(file).uid, mode: 0o644 };
  const directory = ownDirectory(effectiveUser());
  // All of the path is in the name: a user may have several tslabs.
  yield { path: codePath(join(directory, encodeURIComponent(file))), owner: effectiveUser(), mode: 0o600 };
}

/** One for each node, so that two that run the same tslab do not take turns in compiling it. */
export function codePath(file: string): string {
  return `${file}.${process.version}-${process.arch}.cache`;
}

export function effectiveUser(): number {
  return process.geteuid ? process.geteuid() : -1;
}

/** That of the system for root, whose HOME may be a user's (sudo -E); else that of the XDG Base Directory Specification. */
function ownDirectory(user: number): string {
  if (user === 0) return '/var/cache/tslab';
  const cache = process.env.XDG_CACHE_HOME;
  return join(cache && isAbsolute(cache) ? cache : join(homedir(), '.cache'), 'tslab');
}

/** What is kept at a place, if nobody but its owner can have written it. */
export function readTrusted({ path, owner }: Place): Buffer | undefined {
  try {
    return isTrustedFile(path, owner) && isTrustedFolder(dirname(path), owner) ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}

function isTrustedFile(path: string, owner: number): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  return stats.isFile() && stats.uid === owner && (stats.mode & OTHERS_WRITE) === 0;
}

const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;
const trusted = new Map<string, boolean>();

/** Whether a directory and all above it belong to the owner or to root, and others can neither write there nor lead elsewhere by a link. */
export function isTrustedFolder(folder: string, owner: number): boolean {
  const key = `${owner}:${folder}`;
  const known = trusted.get(key);
  if (known !== undefined) return known;
  const above = dirname(folder);
  const is = isGuarded(folder, owner) && (above === folder || isTrustedFolder(above, owner));
  trusted.set(key, is);
  return is;
}

/** In a sticky directory, such as /tmp, nobody can take away or replace what is another's. */
function isGuarded(folder: string, owner: number): boolean {
  const stats = lstatSync(folder);
  const isOwn = stats.uid === owner || stats.uid === 0;
  return stats.isDirectory() && isOwn && ((stats.mode & OTHERS_WRITE) === 0 || (stats.mode & STICKY) !== 0);
}
