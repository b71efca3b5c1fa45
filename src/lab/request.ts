import type { ProcessSpec } from '../kernel/process.js';

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
  /** Steps whose processes somebody wants to look at before they end: `hold` is told of these. */
  readonly hold?: ReadonlySet<string>;
  /** Given by tests only, which see each check fail. */
  readonly sabotage?: Sabotage;
}

/** Changes what a step is about to do: a process that it starts or, as a list of one call, what tslab calls itself. */
export type Sabotage = (step: string, spec: ProcessSpec) => ProcessSpec;
