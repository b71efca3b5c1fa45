import { errorCode } from '../kernel/errors/errno.js';
import { NotReadable, readRegularFile } from '../kernel/files/regular-file.js';
import { integer, Misfit, type Parser, record, since } from '../kernel/parser.js';
import { writeAtomically } from './atomic.js';
import { notWritable } from './directories.js';

/** What a file of the state directory holds. */
export interface Format<T> {
  /** Increased when a release writes what the one before would misunderstand; the first had no version. */
  readonly version: number;
  /** Bytes. */
  readonly limit: number;
  readonly parse: Parser<T>;
}

/** A file cannot be understood: another program wrote it, or the disk is damaged. */
export class CorruptError extends Error {
  constructor(
    readonly file: string,
    why: string,
  ) {
    super(`${file} is damaged: ${why}`);
  }
}

/** A file stays as it is, and cannot be used: a newer tslab wrote it, or the kernel does not allow reading it. */
export class Withheld extends Error {
  constructor(
    readonly file: string,
    why: string,
    readonly remedy: string,
  ) {
    super(`${file} ${why}`);
  }
}

/** Reads a value of the state directory. Throws {@link CorruptError} (also where there is no file), {@link Withheld}. */
export function readStored<T>(file: string, format: Format<T>): T {
  const value = parseJson(file, readText(file, format.limit));
  try {
    const { version } = VERSIONED(value, '');
    if (version > format.version) throw newer(file, version, format.version);
    return format.parse(value, '');
  } catch (error) {
    throw error instanceof Misfit ? new CorruptError(file, error.message) : error;
  }
}

/** The same for a value without which all goes on: undefined where there is none, or nobody can tell any more what it was. */
export function readNote<T>(file: string, format: Format<T>): T | undefined {
  try {
    return readStored(file, format);
  } catch (error) {
    if (error instanceof CorruptError) return undefined;
    throw error;
  }
}

const VERSIONED = record<{ version: number }>({ version: since(integer(0), 0) });

/** The text of a file with such a value in it: its version first, for people. */
export function storedText<T extends object>(value: T, { version }: Format<T>): string {
  return `${JSON.stringify({ version, ...value }, null, 2)}\n`;
}

/** Writes a value, whole or not at all; `how` may be another writer. Throws UserError (3). */
export function writeStored(file: string, text: string, how = writeAtomically): void {
  try {
    how(file, text);
  } catch (error) {
    throw notWritable(file, error);
  }
}

/** Writes a value that is of no use after a crash of the machine: it does not wait for the disk. Throws UserError (3). */
export function writeNote<T extends object>(file: string, value: T, format: Format<T>): void {
  writeStored(file, storedText(value, format), (path, text) => writeAtomically(path, text, false));
}

/** Errors that mean that it is not a file, or the disk is bad: not a lack of rights or descriptors. */
const DAMAGE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENXIO', 'ENODEV', 'EUCLEAN']);

function readText(file: string, limit: number): string {
  try {
    return readRegularFile(file, limit).toString('utf8');
  } catch (error) {
    if (error instanceof NotReadable) throw new CorruptError(file, error.message.replace(file, 'it'));
    const code = errorCode(error);
    // A lack of descriptors says nothing about this file.
    if (code === undefined || code === 'EMFILE' || code === 'ENFILE') throw error;
    if (code === 'ENOENT') throw new CorruptError(file, 'it is missing');
    if (DAMAGE.has(code)) throw new CorruptError(file, code);
    throw new Withheld(
      file,
      `cannot be read: ${code}`,
      REMEDIES[code] ?? 'The messages of the kernel (dmesg) may tell why.',
    );
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: 'Run tslab as the user who made it.',
  EPERM: 'Run tslab as the user who made it.',
};

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CorruptError(file, text.trim() === '' ? 'it is empty' : 'it is no JSON');
  }
}

function newer(file: string, found: number, known: number): Withheld {
  const why = `was written by a newer tslab: its version is ${found}, and this one knows ${known}`;
  return new Withheld(file, why, 'Use that tslab for it, or update this one.');
}
