import { basename, join } from 'node:path';
import { startTime } from '../../procfs/processes.js';
import { addEntries, type Entry, ledgerDirectory, readLedger, strikeEntries } from './ledger-file.js';
import { type Swept, undo } from './sweep.js';

/**
 * What `tslab doctor --prepare` did lasts as long as the machine runs, so it is in a ledger that belongs to PID 1: no
 * start sweeps that, and `tslab cleanup` undoes it. After the restart of a container its owner is dead.
 */
export function rememberPreparation(name: string): void {
  addEntries(preparationLedger(), [preparation(name)]);
}

/** The line for {@link rememberPreparation}, for a ledger that cannot be reached by its path yet. */
export function preparationLine(name: string): { file: string; text: string } {
  return { file: basename(preparationLedger()), text: `\n${JSON.stringify(preparation(name))}` };
}

/** Strikes out what was not made after all. */
export function forgetPreparation(name: string): void {
  strikeEntries(preparationLedger(), [preparation(name)]);
}

/** Undoes all that was prepared, the latest first. What cannot be undone stays in the ledger. */
export function undoPreparations(): Swept[] {
  const entries = readLedger(preparationLedger()).reverse();
  return entries.map((entry) => {
    const swept = undo(entry);
    if (!swept.problem) strikeEntries(preparationLedger(), [entry]);
    return swept;
  });
}

function preparation(name: string): Entry {
  return { kind: 'preparation', name };
}

function preparationLedger(): string {
  return join(ledgerDirectory(), `1-${startTime(1) ?? 0}.jsonl`);
}
