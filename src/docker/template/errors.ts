import { UserError } from '../../kernel/errors/user-error.js';

/** A template that cannot be read, or that asks for what is not there. The message is Go's, with the place. */
export class TemplateError extends UserError {
  constructor(message: string, remedy?: string) {
    super(`template parsing error: ${message}`, 1, remedy);
  }
}

/** Where parsing ends: `template: :1: unclosed action`. Docker's templates have no name, hence nothing between the colons. */
export function parseError(line: number, message: string): TemplateError {
  return new TemplateError(`template: :${line}: ${message}`);
}

/** What a function refuses, before it is known where in the template it was called. */
export class Refused extends Error {}

/** A part of a template: where it starts (characters), and how it is written. */
export interface Place {
  readonly at: number;
  readonly text: string;
}

const LONGEST_CONTEXT = 20;

/** Where evaluation ends: `template: :1:2: executing "" at <.Foo>: …`: the line, the byte in that line from 0, the part. */
export function executionError(source: string, { at, text }: Place, message: string, remedy?: string): TemplateError {
  const before = source.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  const column = Buffer.byteLength(before.slice(lineStart));
  const context = text.length > LONGEST_CONTEXT ? `${text.slice(0, LONGEST_CONTEXT)}...` : text;
  return new TemplateError(
    `template: :${lineOf(source, at)}:${column}: executing "" at <${context}>: ${message}`,
    remedy,
  );
}

/** The line of a place, from 1. */
export function lineOf(source: string, at: number): number {
  return source.slice(0, at).split('\n').length;
}
