import { NotReadable } from '../kernel/files/regular-file.js';
import type { ReadGuest } from './guest-file.js';

/** A line of /etc/passwd: passwd(5). Numbers are texts; {@link idOf} tells whether they are valid. */
export interface Account {
  readonly name: string;
  readonly uid: string;
  readonly gid: string;
  readonly home: string;
}

/** A line of /etc/group: group(5). */
export interface Group {
  readonly name: string;
  readonly gid: string;
  readonly members: readonly string[];
}

/** The users that a container knows; none where it has no /etc/passwd. Throws NotReadable. */
export function readAccounts(read: ReadGuest): Account[] {
  return parseAccounts(textOf(read, '/etc/passwd'));
}

/** Its groups. Throws NotReadable. */
export function readGroups(read: ReadGuest): Group[] {
  return parseGroups(textOf(read, '/etc/group'));
}

function parseAccounts(text: string): Account[] {
  return fieldsOf(text).map(([name = '', , uid = '', gid = '', , home = '']) => ({ name, uid, gid, home }));
}

function parseGroups(text: string): Group[] {
  return fieldsOf(text).map(([name = '', , gid = '', members = '']) => {
    return { name, gid, members: members.split(',').filter(Boolean) };
  });
}

/** As moby/sys/user has it: 2^31 - 1. The kernel takes 4294967295 for "leave it as it is" (setresuid(2)). */
const MOST = 0x7fff_ffff;

/** The number of a user or group; undefined where a text is not one in decimal digits, or too large. */
export function idOf(digits: string): number | undefined {
  const id = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  return id <= MOST ? id : undefined;
}

/** The lines of a file of `:` separated fields, blank ones and comments left out. */
function fieldsOf(text: string): string[][] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(':'));
}

function textOf(read: ReadGuest, path: string): string {
  const bytes = read(path);
  // For the kernel a path ends at a NUL.
  if (bytes?.includes(0)) throw new NotReadable(`the container's ${path} is no text: it has NUL bytes`);
  return bytes?.toString('utf8') ?? '';
}
