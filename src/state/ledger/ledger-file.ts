import { appendFileSync, existsSync, readdirSync, renameSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { errorCode } from '../../kernel/errors/errno.js';
import { NotReadable, readRegularFile } from '../../kernel/files/regular-file.js';
import { text as anyText, flag, maybe, type Parser, record } from '../../kernel/parser.js';
import { notWritable, stateDirectory } from '../directories.js';
import { putAside } from '../quarantine.js';
import { removeFile } from '../remove-file.js';

/** What the kernel does not remove when its maker dies; `container`, `network` and `preparation` are for the cleanup alone. */
export type Kind =
  | 'cgroup'
  | 'container'
  | 'directory'
  | 'hierarchy'
  | 'link'
  | 'name'
  | 'network'
  | 'pause'
  | 'preparation'
  | 'process'
  | 'table'
  | 'trace'
  | 'volume';

/** One thing that must be removed: a path, or the name of a hierarchy, link or table; of a process its pid and start time. */
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

interface Line extends Entry {
  /** It has been removed. */
  readonly gone?: boolean;
}

/** A kind that only a newer tslab knows: the entry stays in the ledger, and the sweep says so. So a line needs no version. */
const kind = anyText as Parser<Kind>;

const line: Parser<Line> = record<Line>({ kind, name: anyText, gone: maybe(flag) });

function parseLine(json: string): Line[] {
  try {
    return [line(JSON.parse(json), '')];
  } catch {
    return [];
  }
}

/** What the ledger calls a process: `<pid>-<start time>`. */
export function processName({ pid, startTime }: Owner): string {
  return `${pid}-${startTime}`;
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

/** Bytes. A ledger is rewritten from 16 KiB on, so a longer one holds as many entries that are not removed yet. */
const LIMIT = 16 * 2 ** 20;

/** The entries left in a ledger file; none where the file is gone. Anything but a file is moved aside. */
export function readLedger(file: string): Entry[] {
  try {
    return parseLedger(readRegularFile(file, LIMIT).toString('utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    if (!(error instanceof NotReadable) && errorCode(error) !== 'ELOOP') throw notWritable(file, error);
    putAside(file);
    return [];
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
 * Where the disk is full they stay, which does no harm: the next undo finds nothing to remove.
 */
export function strikeEntries(file: string, entries: readonly Entry[]): void {
  if (!existsSync(file)) return;
  const all = readLedger(file);
  const isStruck = (one: Entry) => entries.some(({ kind, name }) => kind === one.kind && name === one.name);
  const [struck, left] = [all.filter(isStruck), all.filter((one) => !isStruck(one))];
  try {
    if (left.length === 0) removeFile(file);
    else if (statSync(file).size > LONG) rewrite(file, left);
    else append(file, struck.map(gone));
  } catch (error) {
    if (errorCode(error) !== 'ENOSPC' && errorCode(error) !== 'EDQUOT') throw notWritable(file, error);
  }
}

/** Bytes from which a ledger is rewritten without struck-out entries: it is read whole each time. */
const LONG = 16 * 1024;

function gone(entry: Entry): Line {
  return { ...entry, gone: true };
}

/** A crash before the rename leaves two ledgers of the same owner, which does no harm. */
function rewrite(file: string, entries: readonly Entry[]): void {
  const anew = file.replace(/\.jsonl$/, '.anew.jsonl');
  removeFile(anew);
  append(anew, entries);
  renameSync(anew, file);
}

/** A line break comes first, so that a line is whole even after a torn one. */
function append(file: string, lines: readonly Line[]): void {
  const text = lines.map((line) => `\n${JSON.stringify(line)}`).join('');
  if (text !== '') appendFileSync(file, text, { mode: 0o600 });
}
