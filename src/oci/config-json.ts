/** A spec as text: the config.json of a bundle. */
import { UserError } from '../kernel/errors/user-error.js';
import { NotReadable, readRegularFile } from '../kernel/files/regular-file.js';
import { Misfit } from '../kernel/parser.js';
import { parseJson } from './json.js';
import { type Spec, spec } from './spec.js';

/** Bytes: a seccomp profile that names every system call has 100,000. */
const LARGEST = 1 << 24;

/** Reads a config.json. Throws UserError (2), which names file, field and value, and what is allowed. */
export function readSpecFile(path: string): Spec {
  return readSpec(readFile(path), path);
}

/** What a config.json says; `file` is what it is called in errors. Throws UserError (2). */
export function readSpec(text: string, file = 'config.json'): Spec {
  try {
    return spec(parseJson(text), '');
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserError(`${file} is not JSON: ${error.message}`, 2, REMEDY);
    if (error instanceof Misfit) throw new UserError(`${file}: ${error.message}`, 2, REMEDY);
    throw error;
  }
}

/** What to do about a field that is not as it should be. */
const REMEDY =
  'Put that right in the file. All fields: https://github.com/opencontainers/runtime-spec/blob/main/config.md';

function readFile(path: string): string {
  try {
    return readRegularFile(path, LARGEST).toString();
  } catch (error) {
    if (!(error instanceof NotReadable) && !(error as NodeJS.ErrnoException).code) throw error;
    const remedy = 'A bundle is a directory with a config.json, and beside it the root filesystem that this names.';
    throw new UserError(`no spec can be read: ${(error as Error).message}`, 2, remedy);
  }
}
