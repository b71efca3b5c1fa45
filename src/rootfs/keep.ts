import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../kernel/errors/errno.js';
import { UserError } from '../kernel/errors/user-error.js';
import { notWritable, stateDirectory } from '../state/directories.js';
import { makeTemporary, removeTemporary } from '../state/temporary.js';
import type { Entry, Source } from './entry.js';
import { matchesManifest, writeManifest } from './manifest.js';
import { discard, retireOthers } from './retire.js';
import { skeleton } from './skeleton.js';
import { SUBSTITUTES } from './substitutes.js';
import { spaceNeeded, writeEntries } from './write.js';

/**
 * The path of the root filesystem made of this source: the one that is kept, if it is whole, else a new one.
 * Throws a UserError (3) where it cannot be built.
 *
 * It is `<state>/rootfs/<key>/root`; the manifest beside it shows damage.
 */
export function keep(source: Source): string {
  const directory = join(stateDirectory('rootfs'), keyOf(source));
  if (!isWhole(directory)) {
    build(source.plan(), directory);
    retireOthers(directory);
  }
  return join(directory, 'root');
}

/** The same, if it is kept already and whole; undefined otherwise. */
export function findKept(source: Source): string | undefined {
  const directory = join(stateDirectory('rootfs'), keyOf(source));
  return isWhole(directory) ? join(directory, 'root') : undefined;
}

/** Names the result of a source: other programs on the host or other texts in the code give another name. */
export function keyOf(source: Source): string {
  const files = source.files.map((file) => [file, statSync(file).size, statSync(file).mtimeMs]);
  const ingredients = JSON.stringify([source.origin, files, skeleton(), SUBSTITUTES]);
  return fnv1a(ingredients);
}

/** The FNV-1a hash of 64 bits (RFC 9923), in 16 digits: faster than loading node:crypto. */
export function fnv1a(text: string): string {
  const bytes = Buffer.from(text);
  // Four parts of 16 bits, the lowest first. V8 allocates nothing for numbers of less than 32 bits, and for an iterator it does.
  let [a, b, c, d] = [0x2325, 0x8422, 0x9ce4, 0xcbf2];
  for (let i = 0; i < bytes.length; i++) {
    const mixed = a ^ (bytes[i] as number);
    // The prime is 2^40 + 0x1b3.
    d = d * 0x1b3 + (b << 8);
    c = c * 0x1b3 + (mixed << 8);
    b *= 0x1b3;
    a = mixed * 0x1b3;
    b += a >>> 16;
    c += b >>> 16;
    d = (d + (c >>> 16)) & 0xffff;
    c &= 0xffff;
    b &= 0xffff;
    a &= 0xffff;
  }
  return [d, c, b, a].map((part) => part.toString(16).padStart(4, '0')).join('');
}

function isWhole(directory: string): boolean {
  return matchesManifest(join(directory, 'manifest.json'), join(directory, 'root'));
}

/** Builds in a temporary directory of the same filesystem; the manifest, written last, is what makes it whole. */
function build(plan: readonly Entry[], directory: string): void {
  const temporary = makeTemporary(stateDirectory('rootfs'));
  try {
    mkdirSync(join(temporary, 'root'));
    writeEntries(join(temporary, 'root'), plan);
    writeManifest(join(temporary, 'manifest.json'), join(temporary, 'root'));
    publish(temporary, directory);
  } catch (error) {
    throw explain(error, temporary, plan);
  } finally {
    removeTemporary(temporary);
  }
}

/**
 * Moves the finished tree to its place with one rename(2), so that half of it is never seen. If another process
 * was faster, its tree is used.
 */
function publish(built: string, directory: string): void {
  if (isWhole(directory)) return;
  discard(directory);
  try {
    renameSync(built, directory);
  } catch (error) {
    // rename(2) does not replace a directory with entries: one was made since the check.
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error;
    publish(built, directory);
  }
}

function explain(error: unknown, path: string, plan: readonly Entry[]): unknown {
  const code = errorCode(error);
  if (!code) return error;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return notWritable(path, error);
  const megabytes = (spaceNeeded(plan) / 1e6).toFixed(1);
  const message = `The lab root filesystem could not be built in ${path}: ${code}: the disk is full; it takes ${megabytes} MB.`;
  return new UserError(message, 3, 'Make room there, or name a directory on another disk: TSLAB_STATE=DIR tslab ...');
}
