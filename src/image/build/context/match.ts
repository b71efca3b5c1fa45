/** Patterns for names of files as Go's filepath.Match has them, which Docker's COPY uses. A `*` matches no slash, and there is no `**`. */
import { UserError } from '../../../kernel/errors/user-error.js';

/** Whether a text has one of the marks of a pattern. */
export function isPattern(text: string): boolean {
  return /[*?[\\]/.test(text);
}

/** A test of whole names. Throws UserError (1) for a pattern that Go calls bad. */
export function compilePattern(pattern: string): (name: string) => boolean {
  let source = '';
  for (let at = 0; at < pattern.length; ) {
    const [text, length] = nextPart(pattern.slice(at));
    source += text;
    at += length;
  }
  const expression = new RegExp(`^${source}$`, 's');
  return (name) => expression.test(name);
}

function nextPart(rest: string): readonly [source: string, length: number] {
  const [char = '', next] = rest;
  if (char === '*') return ['[^/]*', 1];
  if (char === '?') return ['(?:[\\ud800-\\udbff][\\udc00-\\udfff]|[^/])', 1];
  if (char === '[') return characterClass(rest);
  if (char !== '\\') return [literal(char), 1];
  if (next === undefined) throw bad(rest);
  return [literal(next), 2];
}

const MEMBER = '(?:\\\\.|[^\\\\\\]-])';
const CLASS = new RegExp(`^\\[(\\^?)((?:${MEMBER}(?:-${MEMBER})?)+)\\]`, 's');

/** `[a-z]`, `[^a-z]`: at least one member, where `\` takes the meaning of the next away. */
function characterClass(rest: string): readonly [source: string, length: number] {
  const [all, not = '', members = ''] = CLASS.exec(rest) ?? [];
  if (all === undefined) throw bad(rest);
  const escaped = members.replace(/\\(.)/gs, (_, char: string) => literal(char)).replace(/[[^&~]/g, '\\$&');
  return [`[${not}${not && '/'}${inOrder(escaped)}]`, all.length];
}

/** A range whose end is before its start matches nothing in Go, and is an error in JavaScript. */
function inOrder(members: string): string {
  return members.replace(/(\\?[^-\\])-(\\?[^-\\])/gs, (range, low: string, high: string) =>
    low.slice(-1) > high.slice(-1) ? '' : range,
  );
}

function literal(char: string): string {
  return /[\w/\s]|[^\0-\x7f]/.test(char) ? char : `\\${char}`;
}

function bad(rest: string): UserError {
  const what = `syntax error in pattern, at ${JSON.stringify(rest)}: a [ is closed by a ], and nothing ends in \\`;
  return new UserError(what, 1, 'A [ that is one is [[]; words of the JSON form are in double quotes.');
}
