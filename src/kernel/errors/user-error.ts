/**
 * An error that the user can put right: shown as a message and a remedy, never with a stack.
 *
 * `status` becomes the exit status: 2 for a mistake in what was asked, 3 for what is not possible on this machine, 1 where
 * Docker's client has 1 whatever the command.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly status: 1 | 2 | 3;
  /** What to do about it: a command to type, or a sentence. */
  readonly remedy: string | undefined;

  constructor(message: string, status: 1 | 2 | 3, remedy?: string) {
    super(message);
    this.status = status;
    this.remedy = remedy;
  }
}
