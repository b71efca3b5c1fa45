/** What a member of a layer's archive is to become, by its name. Source: OCI image-spec, layer.md. */
import { UserError } from '../../kernel/errors/user-error.js';
import { bytesOf } from '../../kernel/files/file-names.js';
import { literal } from '../../kernel/render.js';
import { shownName } from '../../tar/entry.js';

/** A member that cannot be unpacked, or must not be. */
export class LayerError extends UserError {
  constructor(name: string, what: string, remedy?: string) {
    super(`the layer's ${shownName(name)} ${what}`, 2, remedy);
  }
}

/** Where something goes: a path without a slash in front; '' is the root of the layer. */
export type Target =
  | { readonly kind: 'file'; readonly path: string }
  /** What layers below have at this path is deleted. */
  | { readonly kind: 'whiteout'; readonly path: string }
  /** What layers below have in this directory is hidden. */
  | { readonly kind: 'opaque'; readonly path: string }
  | { readonly kind: 'nothing' };

/** NAME_MAX and PATH_MAX without its NUL: limits.h. */
const LONGEST_NAME = 255;
const LONGEST_PATH = 4095;

/** In front of the name of what is deleted. */
export const WHITEOUT = '.wh.';
/** What AuFS kept in its layers: `.wh..wh.plnk`, `.wh..wh.aufs`, `.wh..wh.orph`. Old images have them. */
const AUFS = '.wh..wh.';
/** In a directory that hides those below it. */
export const OPAQUE = '.wh..wh..opq';

/** Throws LayerError for a name that leads out of the layer, or that no whiteout can have. */
export function targetOf(name: string): Target {
  const names = cleanNames(name);
  const last = names.at(-1) ?? '';
  const isAufs = (part: string) => part.startsWith(AUFS) && part !== OPAQUE;
  if (names.some(isAufs)) return { kind: 'nothing' };
  const above = names.slice(0, -1);
  if (above.some((part) => part.startsWith(WHITEOUT))) throw new LayerError(name, 'is below a whiteout');
  if (last === OPAQUE) return { kind: 'opaque', path: above.join('/') };
  if (!last.startsWith(WHITEOUT)) return { kind: 'file', path: names.join('/') };
  return { kind: 'whiteout', path: [...above, deletedBy(last, name)].join('/') };
}

/** The path that a hard link leads to. Throws LayerError. */
export function linkedPath(name: string, linkName: string): string {
  if (linkName === '') throw new LayerError(name, 'is a hard link to nothing');
  return cleanNames(linkName, name).join('/');
}

/** `shown` is the member that has the name. */
function cleanNames(name: string, shown = name): string[] {
  if (name === '') throw new LayerError(shown, 'has no name');
  const names = name.split('/').filter((part) => part !== '' && part !== '.');
  if (names.includes('..')) throw new LayerError(shown, `goes up, out of its directory (${shownName(name)})`);
  if (isLonger(name, LONGEST_PATH)) throw new LayerError(shown, `is a path of more than ${LONGEST_PATH} bytes`);
  if (names.some((part) => isLonger(part, LONGEST_NAME)))
    throw new LayerError(shown, `has a name of more than ${LONGEST_NAME} bytes`);
  return names;
}

/** A whiteout of `..` deletes the directory above the layer where a program believes it: umoci 0.4.7 did. */
function deletedBy(last: string, name: string): string {
  const deleted = last.slice(WHITEOUT.length);
  if (['', '.', '..'].includes(deleted)) throw new LayerError(name, `is a whiteout of ${literal(deleted)}`);
  return deleted;
}

function isLonger(text: string, most: number): boolean {
  return text.length > most || (text.length * 3 > most && bytesOf(text).length > most);
}
