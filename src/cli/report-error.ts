import { SyscallError } from '../kernel/errors/syscall-error.js';
import { UserError } from '../kernel/errors/user-error.js';
import { machineTrouble } from '../state/not-writable.js';
import { isToldAlready } from '../terminal/output.js';
import { said } from '../terminal/said.js';
import { inCharset } from '../view/text/charset.js';
import { visible, visibleLine } from '../view/text/visible.js';
import { withSourceLines } from './source-lines.js';
import { version } from './version.js';

/** Tells on standard error what went wrong. The exit status. */
export function reportError(error: unknown): number {
  if (isToldAlready(error)) return 1;
  const known = machineTrouble(error) ?? error;
  process.stderr.write(inCharset(explain(known)));
  return known instanceof UserError ? known.status : 1;
}

/** What happened in one line, whatever is named in it, and the remedy on lines of its own. */
export function inLines({
  message,
  remedy,
}: {
  readonly message: string;
  readonly remedy?: string | undefined;
}): string {
  return `${visibleLine(said(message))}\n${remedy ? `${visible(said(remedy))}\n` : ''}`;
}

/** A person's mistake and the kernel's refusal in words and without a stack; a bug of tslab with one. */
export function explain(error: unknown): string {
  if (error instanceof UserError) return `tslab: ${inLines(error)}`;
  if (error instanceof SyscallError) return `tslab: ${inLines(error)}`;
  const stack = error instanceof Error ? withSourceLines(error.stack ?? error.message) : String(error);
  const message = said(`this is a bug in tslab ${version()}. Please report it, with these lines:`);
  return `tslab: ${message}\n${visible(stack)}\n`;
}

/** Tells what commander says about the words of a command line: one line, whatever stands in them, and one for what may be meant. */
export function outputError(text: string, write: (text: string) => void): void {
  const [, message = '', suggestion = ''] = /^(?:error: )?(.*?)(?:\n(\(Did you mean [^\n]*\)))?\n$/s.exec(text) ?? [];
  write(`tslab: ${visibleLine(said(message))}\n${suggestion && `${said(suggestion)}\n`}`);
}
