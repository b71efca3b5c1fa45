import { accessSync, chmodSync, constants, mkdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { isInFirstUserNamespace } from '../kernel/credentials/privilege.js';
import { errorCode } from '../kernel/errors/errno.js';
import { UserError } from '../kernel/errors/user-error.js';
import { makeDirectories } from '../kernel/files/make-directories.js';
import { keepProgramsIn } from '../kernel/list/program-directory.js';
import { notWritable } from './not-writable.js';

/** Where tslab keeps what outlives a run (`state`) and what a reboot may take away (`run`). */
export interface Directories {
  readonly state: string;
  readonly run: string;
}

/**
 * The state directory, or one right below it, made (0700) where it is missing.
 * Throws a UserError where it cannot be made, or is not writable for this user.
 */
export function stateDirectory(below = ''): string {
  const asked = `${process.geteuid?.()} ${process.env.TSLAB_STATE} ${below}`;
  const known = found.get(asked);
  if (known !== undefined) return known;
  const path = usable(join(realPath(located().state), below));
  if (found.size === 0) setImmediate(() => found.clear());
  found.set(asked, path);
  return path;
}

/** A start asks for six of them thirty times. A longer run, such as a supervisor, looks again: they may be removed meanwhile. */
const found = new Map<string, string>();

/** Forgets which directories exist: called after they are removed. */
export function lookAgain(): void {
  found.clear();
}

/** The directory for what a reboot may take away, made (0700) where it is missing. Throws as {@link stateDirectory} does. */
export function runDirectory(): string {
  return usable(here().run);
}

/**
 * Both directories, whether or not they exist, by the paths that the kernel shows in mountinfo: no symbolic link is left in them
 * (/home leads to /var/home on some systems).
 */
export function here(): Directories {
  const { state, run } = located();
  return { state: realPath(state), run: realPath(run) };
}

function located(): Directories {
  const root = process.geteuid?.() === 0 && isInFirstUserNamespace();
  const { state, run } = locate(process.env, { root, home: homedir() });
  if (`${state}${run}`.includes(LOST)) throw notUtf8(state);
  return { state, run };
}

/** What node has for bytes that are not UTF-8: the name is of another directory than the one that is meant. */
const LOST = '\ufffd';

function notUtf8(state: string): UserError {
  const message = `The state of tslab cannot be kept in ${state}: its name is not UTF-8`;
  return new UserError(message, 3, 'Name another directory: TSLAB_STATE=DIR tslab ...');
}

const realPaths = new Map<string, string>();

/** A part that does not exist yet stays as it is, and is resolved again at the next call. */
function realPath(path: string): string {
  const known = realPaths.get(path);
  if (known !== undefined) return known;
  try {
    const real = realpathSync.native(path);
    realPaths.set(path, real);
    return real;
  } catch {
    return path === dirname(path) ? path : join(realPath(dirname(path)), basename(path));
  }
}

/** Decides where the directories are: `TSLAB_STATE` first, then the system's for root, then those of the XDG specification. */
export function locate(environment: NodeJS.ProcessEnv, user: { root: boolean; home: string }): Directories {
  const wanted = environment.TSLAB_STATE;
  if (wanted) return { state: resolve(wanted), run: resolve(wanted, 'run') };
  if (user.root) return { state: '/var/lib/tslab', run: '/run/tslab' };
  const state = join(absolute(environment.XDG_STATE_HOME) ?? join(user.home, '.local/state'), 'tslab');
  const run = absolute(environment.XDG_RUNTIME_DIR);
  return { state, run: run ? join(run, 'tslab') : join(state, 'run') };
}

/** "All paths set in these environment variables must be absolute", else ignored: XDG Base Directory Specification. */
function absolute(path: string | undefined): string | undefined {
  return path && isAbsolute(path) ? path : undefined;
}

function usable(path: string): string {
  try {
    makeDirectories(path, makeDirectory);
    requireAccess(path);
    return path;
  } catch (error) {
    throw notWritable(path, error);
  }
}

/** Where the file system has become read-only (as ext4 does after an error), files can still be read; an attempt to write reports it. */
function requireAccess(path: string): void {
  const reading = constants.R_OK | constants.X_OK;
  try {
    accessSync(path, reading | constants.W_OK);
  } catch (error) {
    if (errorCode(error) !== 'EROFS') throw error;
    accessSync(path, reading);
  }
}

/** Whether nothing can be changed in a directory, since its file system is read-only. */
export function isReadOnly(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return false;
  } catch (error) {
    return errorCode(error) === 'EROFS';
  }
}

/** In a directory with a set-group-ID bit it would have that bit, and all files of layers the group of that directory (inode(7)). */
function makeDirectory(path: string): void {
  mkdirSync(path, { mode: 0o700 });
  chmodSync(path, 0o700);
}

keepProgramsIn(stateDirectory);

export { notWritable } from './not-writable.js';
