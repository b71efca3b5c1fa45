import { SyscallError } from '../kernel/syscall-error.js';
import { UserError } from '../kernel/user-error.js';
import { isToldAlready } from './output.js';
import { withSourceLines } from './source-lines.js';
import { version } from './version.js';

/** Tells on standard error what went wrong. The exit status. */
export function reportError(error: unknown): number {
  if (!isToldAlready(error)) process.stderr.write(explain(error));
  return error instanceof UserError ? error.status : 1;
}

/** A person's mistake and the kernel's refusal in words and without a stack; a bug of tslab with one. */
export function explain(error: unknown): string {
  if (error instanceof UserError) return `tslab: ${error.message}\n${error.remedy ? `${error.remedy}\n` : ''}`;
  if (error instanceof SyscallError) return `tslab: ${error.message}\n`;
  const stack = error instanceof Error ? withSourceLines(error.stack ?? error.message) : String(error);
  return `tslab: this is a bug in tslab ${version()}. Please report it, with these lines:\n${stack}\n`;
}
