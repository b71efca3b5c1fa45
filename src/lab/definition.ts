import { UserError } from '../kernel/errors/user-error.js';
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

/** Characters of a name that a message shows. */
const LONGEST = 64;

/** Throws UserError (2) where a lab lacks one of the steps that are named `at` an option, or a place of a file: `--from`, `talk.md:4`. */
export function checkSteps({ id, steps }: Pick<LabDefinition, 'id' | 'steps'>, asked: Iterable<unknown>, at: string) {
  const unknown = unknownIn(asked, steps);
  if (unknown) throw new UserError(`${at}: ${id} has no step ${unknown}`, 2, `Its steps: ${steps.join(', ')}`);
}

/** The same for steps to be left out: it has to be possible, too. */
export function checkSkips({ id, skippable, unskippable }: LabDefinition, asked: Iterable<unknown>, at: string): void {
  const [remedy, all] = [`Steps that can be skipped: ${skippable.join(', ')}`, [...asked]];
  const kept = Object.entries(unskippable).find(([step]) => all.includes(step));
  if (kept) throw new UserError(`${at}: ${id} cannot leave out ${kept[0]}: ${kept[1]}`, 2, remedy);
  const unknown = unknownIn(all, skippable);
  if (unknown) throw new UserError(`${at}: ${id} has no step ${unknown} that can be skipped`, 2, remedy);
}

/** Those that are not known, as JSON; a page may have asked for anything. */
function unknownIn(asked: Iterable<unknown>, known: readonly string[]): string {
  const unknown = [...asked].filter((step) => !known.some((one) => one === step));
  return unknown.map((step) => JSON.stringify(step).slice(0, LONGEST)).join(', ');
}
