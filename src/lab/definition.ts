import type { ProcessSpec } from '../kernel/process.js';
import type { Lab } from './lab.js';

/** What a lab module exports. */
export interface LabDefinition {
  readonly id: string;
  /** Every step in order. Each has a section of the same id in the lesson. */
  readonly steps: readonly string[];
  /** The steps that `--skip` can leave out: those whose calls make a difference. */
  readonly skippable: readonly string[];
  /** Throws UserError (2) where its own options make no sense; asked before anything is shown. */
  check?(flags: Flags): void;
  /** Runs the lab. `flags` are the lab's own options from the command line, not parsed yet. */
  run(lab: Lab, flags: Flags): Promise<void>;
}

/** Options of one lab, by name without dashes: `{quota: '20%'}`. */
export type Flags = Readonly<Record<string, string | undefined>>;

/** How a lab is to be run. */
export interface LabRequest {
  readonly skip: ReadonlySet<string>;
  readonly flags: Flags;
  readonly language: string;
  /** `--rootfs DIR`: the user's own root filesystem. */
  readonly rootfs: string | undefined;
  /** Aborted by Ctrl-C: the lab ends early and cleans up. */
  readonly signal: AbortSignal;
  /** Given by tests only, which see each check fail. */
  readonly sabotage?: Sabotage;
}

/** Changes what a step is about to do: a process that it starts or, as a list of one call, what tslab calls itself. */
export type Sabotage = (step: string, spec: ProcessSpec) => ProcessSpec;
