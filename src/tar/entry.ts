/** An archive as tar(1) writes it: what one member of it says of a file. */

import { UserError } from '../kernel/errors/user-error.js';
import { literal } from '../kernel/render.js';

/** The typeflag of a header: POSIX.1-2017, pax, "ustar Interchange Format". */
export const TYPES = {
  '0': 'file',
  '1': 'hard link',
  '2': 'symbolic link',
  '3': 'character device',
  '4': 'block device',
  '5': 'directory',
  '6': 'pipe',
} as const;

export type TarType = (typeof TYPES)[keyof typeof TYPES];

/** A member. Names are bytes, as kernel/files/file-names.ts decodes them. */
export interface TarEntry {
  readonly type: TarType;
  readonly name: string;
  /** What a hard or symbolic link leads to; else empty. */
  readonly linkName: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content behind the header; 0 of all but files. */
  readonly size: number;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
  /** Of devices: major and minor number. */
  readonly device?: readonly [major: number, minor: number];
  /** Extended attributes by name, such as `security.capability`. */
  readonly attributes: ReadonlyMap<string, Uint8Array>;
}

/** The unit of an archive, in bytes: a header is one, and content is filled up to one. */
export const BLOCK = 512;

/** A stream that is no archive, or not a whole one. */
export class TarError extends UserError {
  constructor(message: string, remedy?: string) {
    super(message, 2, remedy);
  }
}

/** Bytes that are needed to fill the last block of some content. */
export function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

/** A name of a member in a message: in quotes, with what is no letter by its number (a name may have what a terminal obeys), and not all of a long one. */
export function shownName(name: string): string {
  return name.length > 60 ? `${literal(name.slice(0, 60))}…` : literal(name);
}
