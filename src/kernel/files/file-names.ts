/**
 * File names and arguments are bytes for the kernel and strings here. A byte that is part of no UTF-8 character becomes a lone
 * surrogate, U+DC80 to U+DCFF, and that byte again on its way back: Python's `surrogateescape` (PEP 383). JSON keeps such
 * strings as they are (`\udce9`).
 *
 * So a name from node is read here ({@link entriesOf}), and a path goes through {@link nodePath} where it is given to node's
 * own functions, which would write U+FFFD.
 */
import { isUtf8 } from 'node:buffer';
import { readdirSync, readlinkSync } from 'node:fs';

/** The characters of UTF-8 (Unicode, table 3-7), as latin1 shows their bytes; else any byte above 0x7f. */
const CHARACTERS =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;
/** A lone surrogate that stands for a byte; with `u` the halves of a pair are none. */
const ESCAPED = /([\udc80-\udcff])/u;
const ESCAPE = 0xdc00;

/** Decodes bytes, valid UTF-8 or not. */
export function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  return buffer.toString('latin1').replace(CHARACTERS, (character) => {
    if (character.length === 1) return String.fromCharCode(ESCAPE | character.charCodeAt(0));
    return Buffer.from(character, 'latin1').toString('utf8');
  });
}

/** Returns the bytes that {@link textOf} decoded. */
export function bytesOf(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  const parts = text.split(ESCAPED);
  return Buffer.concat(
    parts.map((part) => (ESCAPED.test(part) ? Buffer.of(part.charCodeAt(0) & 0xff) : Buffer.from(part))),
  );
}

/** The order of the bytes, below 0 where the first is before the other: that of UTF-16 is another behind U+D800. */
export function byBytes(a: string, b: string): number {
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(bytesOf(a), bytesOf(b));
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const SURROGATE = /[\ud800-\udfff]/;

/** A path for node's own functions. */
export function nodePath(path: string): string | Buffer {
  return path.isWellFormed() ? path : bytesOf(path);
}

/** One entry of a directory. `isDirectory` is false of a symbolic link to one. */
export interface Entry {
  readonly name: string;
  readonly isDirectory: boolean;
}

/** All entries of a directory, in no order. */
export function entriesOf(directory: string): Entry[] {
  // Strings of one byte a character take a third of the memory of buffers, where there are a million.
  const entries = readdirSync(nodePath(directory), { withFileTypes: true, encoding: 'latin1' });
  return entries.map((entry) => ({ name: fromLatin1(entry.name), isDirectory: entry.isDirectory() }));
}

/** The names of a directory's entries, in no order. */
export function namesIn(directory: string): string[] {
  return readdirSync(nodePath(directory), 'latin1').map(fromLatin1);
}

/** readlink(2): where a symbolic link leads. */
export function linkTarget(path: string): string {
  return textOf(readlinkSync(nodePath(path), 'buffer'));
}

function fromLatin1(name: string): string {
  return ASCII.test(name) ? name : textOf(Buffer.from(name, 'latin1'));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a name may have any of them.
const ASCII = /^[\x00-\x7f]*$/;
