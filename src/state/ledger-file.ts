import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { errnoName, notWritable, stateDirectory } from './directories.js';

/** What the kernel does not take back when its maker dies; `container` is for the cleanup alone. */
export type Kind = 'cgroup' | 'container' | 'directory' | 'link' | 'name' | 'table' | 'volume';

/** One thing that somebody must remove: a path, or the name of a link or table. */
export interface Entry {
  readonly kind: Kind;
  readonly name: string;
}

/** A process, told apart from a later one with the same number by when it started (ticks since boot). */
export interface Owner {
  readonly pid: number;
  readonly startTime: number;
}

/** The entries of a ledger that were not forgotten, oldest first. A line that is no JSON was torn by a power cut: it counts as absent. */
export function parseLedger(text: string): Entry[] {
  const left = new Map<string, Entry>();
  for (const { kind, name, gone } of text.split('\n').flatMap(parseLine)) {
    if (gone) left.delete(`${kind} ${name}`);
    else left.set(`${kind} ${name}`, { kind, name });
  }
  return [...left.values()];
}

function parseLine(line: string): (Entry & { gone?: true })[] {
  try {
    const { kind, name, gone } = JSON.parse(line);
    return typeof name === 'string' ? [{ kind, name, ...(gone && { gone }) }] : [];
  } catch {
    return [];
  }
}

/** The owner that a ledger file (or a temporary directory) carries in its name. */
export function ownerOf(file: string): Owner | undefined {
  const match = /^(?:\.tmp-)?(\d+)-(\d+)(?:[.-]|$)/.exec(basename(file));
  return match ? { pid: Number(match[1]), startTime: Number(match[2]) } : undefined;
}

/** Paths of all ledger files, whoever owns them. */
export function ledgerFiles(): string[] {
  const directory = ledgerDirectory();
  return readdirSync(directory)
    .filter((file) => file.endsWith('.jsonl') && ownerOf(file))
    .map((file) => join(directory, file));
}

/** `<state>/ledger`, made where it is missing. */
export function ledgerDirectory(): string {
  return stateDirectory('ledger');
}

/** The entries left in a ledger file; none where the file is gone. */
export function readLedger(file: string): Entry[] {
  try {
    return parseLedger(readFileSync(file, 'utf8'));
  } catch (error) {
    if (errnoName(error) === 'ENOENT') return [];
    throw notWritable(file, error);
  }
}

/** Adds entries. When this returns the kernel has the lines, and a SIGKILL does not take them back. */
export function addEntries(file: string, entries: readonly Entry[]): void {
  try {
    append(file, entries);
  } catch (error) {
    throw notWritable(file, error);
  }
}

/**
 * Strikes entries out; the file goes with its last entry.
 * Where the disk is full they stay, which does no harm: whoever undoes them again finds nothing to undo.
 */
export function strikeEntries(file: string, entries: readonly Entry[]): void {
  const all = readLedger(file);
  const isStruck = (one: Entry) => entries.some(({ kind, name }) => kind === one.kind && name === one.name);
  const [struck, left] = [all.filter(isStruck), all.filter((one) => !isStruck(one))];
  try {
    if (left.length === 0) removeFile(file);
    else if (statSync(file).size > LONG) rewrite(file, left);
    else append(file, struck.map(gone));
  } catch (error) {
    if (errnoName(error) !== 'ENOSPC' && errnoName(error) !== 'EDQUOT') throw notWritable(file, error);
  }
}

/** rmSync() would look first what it is, and load what removes trees. */
function removeFile(file: string): void {
  if (existsSync(file)) unlinkSync(file);
}

/** Bytes from which a ledger, most of it struck out, is worth writing anew: it is read whole each time. */
const LONG = 16 * 1024;

function gone(entry: Entry): Entry & { gone: true } {
  return { ...entry, gone: true };
}

/** A crash before the rename leaves two ledgers of the same owner, which does no harm. */
function rewrite(file: string, entries: readonly Entry[]): void {
  const anew = file.replace(/\.jsonl$/, '.anew.jsonl');
  rmSync(anew, { force: true });
  append(anew, entries);
  renameSync(anew, file);
}

/** A line break comes first, so that a line is whole even behind one that was torn. */
function append(file: string, lines: readonly (Entry & { gone?: true })[]): void {
  const text = lines.map((line) => `\n${JSON.stringify(line)}`).join('');
  if (text !== '') appendFileSync(file, text, { mode: 0o600 });
}
