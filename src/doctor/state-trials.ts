import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chdir, execve, exitGroup, mkdir, mount, rmdir } from '../kernel/calls/index.js';
import * as k from '../kernel/constants.js';
import { findProgram, programDirectories } from '../kernel/files/program-path.js';
import type { ProcessSpec } from '../kernel/process.js';
import { findBusybox } from '../rootfs/busybox.js';
import { type RootfsCost, rootfsCost } from '../rootfs/rootfs.js';
import { here, lookAgain, notWritable, stateDirectory } from '../state/directories.js';
import { makeTemporary, removeTemporary } from '../state/temporary.js';
import { tryIdmap } from './ids/idmap-trial.js';
import { attempt, PRIVATE, type Refusal } from './trials.js';

/** What the state directory was asked for, as labs and containers use it. Null: it worked. */
export interface StateTrials {
  /** There is room for what lab 04 writes. */
  readonly space: Refusal | null;
  /** A program in it can be run: it is on no mount with noexec. */
  readonly programs: Refusal | null;
  /** An overlay can have its writable layer there. */
  readonly overlay: Refusal | null;
  /** That overlay can note that a directory is opaque: in trusted.*, or in user.* where labs run in a user namespace. */
  readonly attributes: Refusal | null;
  /** An overlay of a user namespace can. */
  readonly userAttributes: Refusal | null;
  /** Directories in it can be id-mapped, and layers of an overlay. Not tried without root, which it takes. */
  readonly idmapping: Refusal | null;
}

/** Tries the state directory, in a directory below it that is in the ledger. Throws a UserError where it cannot be written, or is too full for any lab. */
export function tryState(privileged: boolean): StateTrials {
  return leavingNoDirectories(() => tryIn(makeTemporary(stateDirectory()), privileged));
}

/** Does some work, and removes the directories of the state that it made: where there was no state directory there is none again. */
export function leavingNoDirectories<T>(work: () => T): T {
  const missing = missingDirectories();
  try {
    return work();
  } finally {
    for (const directory of missing) removeIfEmpty(directory);
    lookAgain();
  }
}

function tryIn(scratch: string, privileged: boolean): StateTrials {
  try {
    const cost = rootfsCost();
    fillForAnyLab(join(scratch, 'fill'), cost);
    const space = fillForLayers(join(scratch, 'fill'), cost);
    const programs = attempt({ calls: [runCopy(scratch)] }, false);
    const own = tryOverlay(join(scratch, 'own'), privileged);
    const user = privileged ? tryOverlay(join(scratch, 'user'), false) : own;
    const idmapping = privileged ? tryIdmapIn(join(scratch, 'idmap')) : null;
    return { space, programs, overlay: own.mounted, attributes: own.noted, userAttributes: user.noted, idmapping };
  } catch (error) {
    throw notWritable(scratch, error);
  } finally {
    removeTemporary(scratch);
  }
}

function tryIdmapIn(directory: string): Refusal | null {
  mkdirSync(directory);
  return tryIdmap(directory);
}

/** The root filesystem, where it is yet to be built, and what labs write beside it. Throws what node throws. */
function fillForAnyLab(directory: string, { bytes, files, kept }: RootfsCost): void {
  const built = kept ? { bytes: 0, files: 0 } : { bytes, files };
  fill(directory, { bytes: built.bytes + REST.bytes, files: built.files + REST.files });
}

/** Measured: lab 06 takes 36 KB and 35 files. */
const REST = { bytes: 64 << 10, files: 50 };

/** Lab 04 has two copies more of the root filesystem; measured, it comes to 7 MB and 1,300 files where that is a busybox. */
function fillForLayers(directory: string, cost: RootfsCost): Refusal | null {
  const bytes = Math.max(8 << 20, (cost.kept ? 2 : 3) * cost.bytes + (1 << 20));
  try {
    fill(directory, { bytes, files: 4 * cost.files + 100 });
    return null;
  } catch (error) {
    const { syscall = 'write', code = null, message } = error as NodeJS.ErrnoException;
    return { call: syscall, errno: code, said: message };
  }
}

/** Writes so much and makes so many files, in a directory that it makes and removes. */
function fill(directory: string, { bytes, files }: { bytes: number; files: number }): void {
  mkdirSync(directory);
  try {
    const fd = openSync(join(directory, 'space'), 'w', 0o600);
    try {
      for (let left = bytes; left > 0; ) left -= writeSync(fd, MEGABYTE, 0, Math.min(left, MEGABYTE.length));
    } finally {
      closeSync(fd);
    }
    for (let count = 1; count < files; count++) closeSync(openSync(join(directory, `${count}`), 'w', 0o600));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const MEGABYTE = Buffer.alloc(1 << 20, 'x');

/** A copy of what the root filesystem of the labs is made of. */
function runCopy(scratch: string) {
  const copy = join(scratch, 'busybox');
  copyFileSync(findBusybox()?.path ?? findProgram('true', programDirectories()) ?? process.execPath, copy);
  return execve(copy, ['busybox', 'true'], []);
}

/** Mounts an overlay and replaces a directory of the lower layer, which takes an attribute on the new one. */
function tryOverlay(directory: string, privileged: boolean): { mounted: Refusal | null; noted: Refusal | null } {
  mkdirSync(directory);
  for (const name of ['lower', 'lower/replaced', 'upper', 'work', 'merged']) mkdirSync(join(directory, name));
  const refused = attempt(overlay(directory, privileged ? '' : ',userxattr'), !privileged);
  const isMounted = refused?.call === 'rmdir' || refused?.call === 'mkdirat' || refused?.call === 'unlinkat';
  return isMounted ? { mounted: null, noted: refused } : { mounted: refused, noted: null };
}

function overlay(directory: string, more: string): ProcessSpec {
  const layers = `lowerdir=lower,upperdir=upper,workdir=work,index=off${more}`;
  const mounting = [PRIVATE, chdir(directory), mount('overlay', 'merged', 'overlay', 0, layers)];
  const replacing = [rmdir('merged/replaced'), mkdir('merged/replaced', 0o755)];
  return { namespaces: k.CLONE_NEWNS, calls: [...mounting, ...replacing, exitGroup(0)] };
}

/** The directories of the state that do not exist yet and that a trial makes, deepest first. */
function missingDirectories(): string[] {
  const all = [...['ledger', 'rootfs'].map((name) => join(here().state, name)), ...ancestors(here().state)];
  return all.filter((path) => !existsSync(path));
}

function ancestors(path: string): string[] {
  return path === dirname(path) ? [] : [path, ...ancestors(dirname(path))];
}

/** Somebody else may use it by now. */
function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // It stays, as it would have come to be without us.
  }
}
