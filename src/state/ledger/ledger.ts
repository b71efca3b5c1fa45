import { join } from 'node:path';
import { UserError } from '../../kernel/errors/user-error.js';
import { startTime } from '../../procfs/processes.js';
import {
  addEntries,
  type Entry,
  type Kind,
  ledgerDirectory,
  type Owner,
  processName,
  strikeEntries,
} from './ledger-file.js';

/**
 * Writes down what is about to be made, so that a later start can remove it should this process die first.
 * Call it *before* making the thing. Throws a UserError where the ledger cannot be written.
 */
export function remember(kind: Kind, ...names: readonly string[]): void {
  addEntries(ownLedger(), entries(kind, names));
}

/** Strikes out what has been removed again. */
export function forget(kind: Kind, ...names: readonly string[]): void {
  strikeEntries(ownLedger(), entries(kind, names));
}

function entries(kind: Kind, names: readonly string[]): Entry[] {
  return names.map((name) => ({ kind, name }));
}

/** This process, as its ledger is called: `<pid>-<start time>`. */
export function ownName(): string {
  return processName(thisProcess());
}

function ownLedger(): string {
  return join(ledgerDirectory(), `${ownName()}.jsonl`);
}

let myself: Owner | undefined;

/** A name of this process that no other process ever has. */
export function thisProcess(): Owner {
  myself ??= { pid: process.pid, startTime: ownStartTime() };
  return myself;
}

function ownStartTime(): number {
  const ticks = startTime(process.pid);
  if (ticks === null) throw new UserError('/proc does not show this process', 3, 'mount -t proc proc /proc');
  return ticks;
}
