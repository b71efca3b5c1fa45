import type { CatalogueEntry } from '../../../labs/catalogue.js';
import type { Flags } from '../../lab/request.js';
import type { GlobalOptions } from '../command.js';

/** Options that every lab takes. */
export interface LabOptions extends GlobalOptions {
  readonly skip?: readonly string[];
  /** With `skip`: the exit status is 0 where checks break, and 1 where none does. */
  readonly expectBroken?: true;
  /** Whether to stop at questions and results; where neither is said, a lab does so on a terminal. */
  readonly step?: boolean;
  /** The first step to stop at. */
  readonly from?: string;
  /** Wait before the processes of these steps end (by commas), or of all (true). */
  readonly hold?: string | true;
  readonly rootfs?: string;
}

/** A lab to run, as the command line asked for it. */
export interface LabCall extends LabOptions {
  readonly entry: CatalogueEntry;
  /** The lab's own options. */
  readonly flags: Flags;
}
