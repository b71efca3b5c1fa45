import { UserError } from '../../kernel/errors/user-error.js';

/**
 * The fields of the first line of a text, as Go's encoding/csv reads them (RFC 4180): a field in quotes may have commas and line breaks in
 * it, and two quotes there are one. Throws UserError (2), in Go's words.
 */
export function readCsvLine(text: string): string[] {
  const fields: string[] = [];
  for (let at = 0; ; at++) {
    const { field, end } = text[at] === '"' ? quoted(text, at) : plain(text, at);
    fields.push(field);
    if (text[end] !== ',') return fields;
    at = end;
  }
}

/** The fields of such a line by their keys, in lower case: `type=tar,dest=FILE`. One without a `=` has an empty value. */
export function readCsvFields(text: string): Map<string, string> {
  return new Map(readCsvLine(text).map(keyAndValue));
}

function keyAndValue(field: string): readonly [key: string, value: string] {
  const [key = '', value = ''] = field.split(/=(.*)/s);
  return [key.trim().toLowerCase(), value];
}

interface Field {
  readonly field: string;
  /** Where the next comma, the line break, or the end of the text is. */
  readonly end: number;
}

function plain(text: string, start: number): Field {
  const field = /[^,\n]*/y;
  field.lastIndex = start;
  const [found = ''] = field.exec(text) ?? [];
  const quote = found.indexOf('"');
  if (quote >= 0) throw refuse(text, start + quote, 'bare " in non-quoted field');
  return { field: found.replace(/\r$/, ''), end: start + found.length };
}

function quoted(text: string, start: number): Field {
  const field = /"((?:[^"]|"")*)("?)/y;
  field.lastIndex = start;
  const [all = '', found = '', close] = field.exec(text) ?? [];
  const end = start + all.length;
  if (close && /^(,|\r?\n|\r?$)/.test(text.slice(end))) return { field: found.replaceAll('""', '"'), end };
  throw refuse(text, close ? end - 1 : end, 'extraneous or missing " in quoted-field');
}

/** Go counts lines and bytes from 1. */
function refuse(text: string, at: number, what: string): UserError {
  const lines = text.slice(0, at).split('\n');
  const column = Buffer.byteLength(lines.at(-1) ?? '') + 1;
  const message = `parse error on line ${lines.length}, column ${column}: ${what}`;
  return new UserError(
    message,
    2,
    'A field with a comma or a quote in it is put in quotes, and each quote in it twice.',
  );
}
