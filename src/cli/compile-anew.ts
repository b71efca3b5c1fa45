import { accessSync, constants, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { basename, dirname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { effectiveUser, isTrustedFolder, type Place, placesOf } from './code-places.js';
import { packCode } from './packed-code.js';

const files = new Set<string>();

/** When this run is over, and nobody waits for it, compiles a file of the bundle and keeps the code for the next run. */
export function compileAtExit(file: string): void {
  if (files.size === 0) process.once('exit', compileFiles);
  files.add(file);
}

/** It is done anew as often as it fails, and no reason to disturb anybody. */
function compileFiles(): void {
  // A limit on the size of files (`ulimit -f`) is then an error, and not the end: setrlimit(2).
  process.on('SIGXFSZ', () => {});
  for (const file of files) {
    try {
      const place = [...placesOf(file)].find(isWritable);
      if (place) keepCode(file, place);
    } catch {}
  }
}

function isWritable({ path, owner }: Place): boolean {
  if (owner !== effectiveUser()) return false;
  const folder = dirname(path);
  try {
    makePrivate(folder);
    accessSync(folder, constants.W_OK);
    return isTrustedFolder(folder, owner);
  } catch {
    return false;
  }
}

/** `~/.cache/tslab`, and `~/.cache`. */
function makePrivate(folder: string): void {
  for (const one of [dirname(folder), folder]) {
    try {
      mkdirSync(one, { mode: 0o700 });
    } catch {
      // It is there, or the next call says what is wrong.
    }
  }
}

/** Writes the compiled code of a file, by default that of all its functions. A reader sees all of it or nothing. */
export function keepCode(file: string, { path, mode }: Pick<Place, 'path' | 'mode'>, code?: Buffer): void {
  const text = readFileSync(file);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, packCode(code ?? compile(file, text.toString()), text), { mode, flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * All functions of it: V8 would leave most until they are called. The flag itself is part of what it later compares. Under the very
 * name of the file V8 would give what this run has compiled already, without the functions that it has not called.
 */
function compile(file: string, text: string): Buffer {
  setFlagsFromString('--no-lazy');
  const script = new Script(Module.wrap(text), { filename: `${dirname(file)}/./${basename(file)}` });
  setFlagsFromString('--lazy');
  return script.createCachedData();
}
