/** Options that every command takes, as commander gives them. */
export interface GlobalOptions {
  readonly json?: true;
  readonly plain?: true;
  /** False: `--no-color`. */
  readonly color: boolean;
  readonly lang?: string;
}
