/** Extended headers: records `LENGTH KEY=VALUE\n` before a header, for what does not fit into it (POSIX.1-2017, pax). */

import { textOf } from '../kernel/files/file-names.js';
import { TarError } from './entry.js';

/** Values are bytes: names, and attributes. */
export type PaxRecords = Map<string, Buffer>;

/** Bytes of the records. A value may have NULs and newlines, and so the length counts. Names that are no UTF-8 stay as they are, as GNU tar has it. */
export function encodePax(records: PaxRecords): Buffer {
  return Buffer.concat([...records].map(([key, value]) => encodeRecord(key, value)));
}

/** Its own digits count as well: 97 bytes with two of them are 99, and 98 with two would be 100, which has three. */
function encodeRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = rest.length;
  while (length !== rest.length + `${length}`.length) length = rest.length + `${length}`.length;
  return Buffer.concat([Buffer.from(`${length}`), rest]);
}

/** The records of an extended header. Throws TarError for one that is damaged, or whose length is a lie. */
export function parsePax(bytes: Buffer): PaxRecords {
  const records: PaxRecords = new Map();
  for (let at = 0; at < bytes.length; ) {
    const [, digits] = /^(\d{1,9}) /.exec(bytes.toString('latin1', at, at + 10)) ?? [];
    if (digits === undefined || Number(digits) > bytes.length - at) throw damaged();
    const end = at + Number(digits);
    const record = bytes.subarray(at + digits.length + 1, end);
    const equals = record.indexOf('=');
    if (equals < 1 || record.at(-1) !== NEWLINE) throw damaged();
    records.set(textOf(record.subarray(0, equals)), record.subarray(equals + 1, -1));
    at = end;
  }
  return records;
}

const NEWLINE = 0x0a;

function damaged(): TarError {
  return new TarError('invalid tar header: a record of an extended header (pax) is damaged');
}

/** As Go's archive/tar, star and GNU tar name the record of an extended attribute. */
export const ATTRIBUTE = 'SCHILY.xattr.';

/** The extended attributes among the records. */
export function attributesIn(records: PaxRecords): Map<string, Buffer> {
  const some = [...records].filter(([key]) => key.startsWith(ATTRIBUTE));
  return new Map(some.map(([key, value]) => [key.slice(ATTRIBUTE.length), value]));
}

/** `1700000000.123456789`, as a record says a time; with nine digits of its fraction at most. */
export function renderTime(nanoseconds: bigint): string {
  const [sign, size] = nanoseconds < 0n ? ['-', -nanoseconds] : ['', nanoseconds];
  const fraction = String(size % SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${sign}${size / SECOND}${fraction && `.${fraction}`}`;
}

/** The same in nanoseconds; undefined of what is no time, or has more digits than any needs. */
export function parseTime(text: string): bigint | undefined {
  const [, sign, seconds, fraction = ''] = /^(-?)(\d{1,40})(?:\.(\d*))?$/.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  const size = BigInt(seconds) * SECOND + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  return sign ? -size : size;
}

const SECOND = 1_000_000_000n;
