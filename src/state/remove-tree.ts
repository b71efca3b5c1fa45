import { chmodSync, closeSync, fchmodSync, fstatSync, lstatSync, realpathSync, rmdirSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { callUntraced } from '../kernel/call.js';
import { execve, rmdir } from '../kernel/calls/index.js';
import { openat2, RESOLVE_NO_SYMLINKS, RESOLVE_NO_XDEV } from '../kernel/calls/mount-api.js';
import { CLONE_NEWUSER, O_CLOEXEC, O_DIRECTORY, O_NOFOLLOW, O_PATH, O_RDONLY } from '../kernel/constants.js';
import { mapOwnIds, ownIds } from '../kernel/credentials/own-ids.js';
import { isPrivileged } from '../kernel/credentials/privilege.js';
import { errnoName, errorCode } from '../kernel/errors/errno.js';
import { type DirectoryCursor, openCursor } from '../kernel/files/directory-cursor.js';
import type { Entry } from '../kernel/files/file-names.js';
import { findProgram, programDirectories } from '../kernel/files/program-path.js';
import { type Walkable, walk } from '../kernel/files/walk.js';
import { start } from '../kernel/process.js';
import { waitNoMore, waitNow } from '../kernel/wait.js';
import { readMountinfo } from '../procfs/mountinfo.js';
import { here } from './directories.js';
import { type Kept, keptByKernel, NotRemoved } from './not-removed.js';

/**
 * Removes a directory and all below it, whatever a container has made there; one that is gone already is fine.
 *
 * Refuses (with an Error) what is not strictly below tslab's own directories. Throws {@link NotRemoved} where it has a mount in it,
 * since a bind mount may show a home directory; and for what the kernel does not remove (chattr +i): the rest is gone then.
 */
export function removeTree(path: string): void {
  const real = ownPath(path);
  const stats = real && lstatSync(real, { throwIfNoEntry: false });
  if (!stats) return;
  const mount = mountsBelow(real)[0];
  if (mount) throw new NotRemoved(`${path} was not removed, since something is mounted on ${mount}: umount ${mount}`);
  if (stats.isDirectory()) removeDirectory(real);
  else unlinkSync(real);
}

function removeDirectory(path: string): void {
  const kept = tryToRemove(path);
  if (kept.length > 0 && !(hasForeignFiles(kept) && removeAsRootOf(path))) throw keptByKernel(dirname(path), kept);
}

function tryToRemove(path: string): readonly Kept[] {
  using removal = new Removal(dirname(path), basename(path));
  for (const _ of walk(removal));
  return removal.kept;
}

/** Of an ordinary user who has more ids than one: what a program in his container has made as another user is not his. */
function hasForeignFiles(kept: readonly Kept[]): boolean {
  return (
    kept.some(({ errno }) => errno === 'EACCES' || errno === 'EPERM') && !isPrivileged() && ownIds().uids.length > 1
  );
}

/** In a user namespace with the same ids he is root, and may. */
function removeAsRootOf(path: string): boolean {
  const rm = findProgram('rm', programDirectories());
  if (rm === undefined) return false;
  const calls = [execve(rm, ['rm', '-rf', '--', path], ['PATH=/usr/bin:/bin'])];
  const { pid } = start({ namespaces: CLONE_NEWUSER, calls }, (child) => mapOwnIds(child));
  waitNoMore(pid);
  waitNow(pid);
  return lstatSync(path, { throwIfNoEntry: false }) === undefined;
}

/** The path without symbolic links on the way, so that none leads outside. Returns undefined where nothing is there. */
function ownPath(path: string): string | undefined {
  const parent = realOrNothing(dirname(path));
  if (!parent) return undefined;
  const { state, run } = here();
  const owned = [state, run].map(realOrNothing).some((own) => own && `${parent}/`.startsWith(`${own}/`));
  if (!owned || ['', '.', '..'].includes(basename(path)))
    throw new Error(`${path} was not removed, since it is not below ${state} or ${run}`);
  return join(parent, basename(path));
}

function realOrNothing(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function mountsBelow(path: string): string[] {
  const mounts = readMountinfo();
  return mounts.map(({ mountPoint }) => mountPoint).filter((point) => `${point}/`.startsWith(`${path}/`));
}

/** Removes files on the way down, and directories on the way up. */
class Removal implements Walkable, Disposable {
  /** What is still there. */
  readonly kept: Kept[] = [];
  readonly #cursor: DirectoryCursor;
  readonly #name: string;

  /** The name of what is to be removed, in its directory. */
  constructor(parent: string, name: string) {
    this.#cursor = openCursor(parent, openToEmpty);
    this.#name = name;
  }

  entries(): Entry[] {
    if (this.#cursor.depth === 0) return [{ name: this.#name, isDirectory: true }];
    const entries = this.#cursor.entries();
    for (const { name, isDirectory } of entries) {
      if (!isDirectory) this.#unlessKept(name, () => unlinkSync(this.#cursor.at(name)));
    }
    return entries.filter(({ isDirectory }) => isDirectory);
  }

  /** Goes into a directory that is not empty. One that rmdir(2) refuses for another reason is reported when it is empty. */
  enter({ name }: Entry): boolean {
    const { depth, fd } = this.#cursor;
    if (callUntraced(rmdir(`/proc/self/fd/${fd}/${name}`)) === 0) return false;
    this.#unlessKept(name, () => this.#cursor.enter(name));
    return this.#cursor.depth > depth;
  }

  leave(): void {
    const name = this.#cursor.leave();
    this.#unlessKept(name, () => rmdirSync(this.#cursor.at(name)));
  }

  #unlessKept(name: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      const errno = errorCode(error);
      if (errno === undefined) throw error;
      // A directory is not empty where something in it remains, which is reported already.
      const isTold = errno === 'ENOTEMPTY' && this.kept.length > 0;
      if (errno !== 'ENOENT' && !isTold) this.kept.push({ path: this.#cursor.pathTo(name), errno });
    }
  }

  [Symbol.dispose](): void {
    this.#cursor[Symbol.dispose]();
  }
}

/** Opens a directory so that what is in it can be removed; not what is mounted there (EXDEV). */
function openToEmpty(parent: number, name: string): number {
  const fd = openOrOpenUp(parent, name);
  // Overlayfs leaves a `work/work` that even its owner may not read (mode 0), and containers leave files of any mode.
  if ((fstatSync(fd).mode & 0o700) !== 0o700) ifPossible(() => fchmodSync(fd, 0o700));
  return fd;
}

function openOrOpenUp(parent: number, name: string): number {
  try {
    return openHere(parent, name, O_RDONLY);
  } catch (error) {
    if (errorCode(error) !== 'EACCES') throw error;
    const found = openHere(parent, name, O_PATH);
    // Through its descriptor: chmod(2) by path would follow a link that has replaced it.
    ifPossible(() => chmodSync(`/proc/self/fd/${found}`, 0o700));
    closeSync(found);
    return openHere(parent, name, O_RDONLY);
  }
}

/** Fails for files of other users and immutable ones: each is reported by its name when its removal fails. */
function ifPossible(work: () => void): void {
  try {
    work();
  } catch {}
}

/** st_dev would not do to tell a mount: a bind mount may be of the same file system. */
function openHere(parent: number, name: string, access: number): number {
  const flags = access | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const fd = callUntraced(openat2(parent, name, { flags, resolve: RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS }));
  if (fd >= 0) return fd;
  throw Object.assign(new Error(`openat2 of ${name} failed`), { code: errnoName(-fd) });
}
