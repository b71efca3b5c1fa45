import type { Lab } from './lab.js';
import type { Flags } from './request.js';

/** What a lab module exports. */
export interface LabDefinition {
  readonly id: string;
  /** Every step in order. Each has a section of the same id in the lesson. */
  readonly steps: readonly string[];
  /** The steps that `--skip` can leave out: those whose calls make a difference. */
  readonly skippable: readonly string[];
  /** The other steps, and why not: behind `clone: ` stands `it is clone-newpid without the flag`. */
  readonly unskippable: Readonly<Record<string, string>>;
  /** Its files lie in a directory of the host that goes with it: `lab.makeDirectory()`. */
  readonly temporary?: true;
  /** Throws UserError (2) where its own options make no sense; asked before anything is shown. */
  check?(flags: Flags): void;
  /** Runs the lab. `flags` are the lab's own options from the command line, not parsed yet. */
  run(lab: Lab, flags: Flags): Promise<void>;
}

/** `01` of `01-pid-namespace`; empty where there is no number. */
export function numberOf(id: string): string {
  return /^\d*/.exec(id)?.[0] ?? '';
}
