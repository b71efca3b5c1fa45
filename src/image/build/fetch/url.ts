import { posix } from 'node:path';

/** Whether a source of ADD is fetched, and not taken from the context. */
export function isUrl(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/** As it is shown, and noted in an image: without its password. Anything else than a URL stays as it is. */
export function withoutPassword(source: string): string {
  return isUrl(source) ? source.replace(/^([^/]*\/+[^/?#:]*):[^/?#]*@/, '$1:***@') : source;
}

/** The name of a file that is fetched: the last part of the path (BuildKit, dockerfile2llb, dispatchCopy()). */
export function fileNameOf({ pathname }: URL): string {
  const name = posix.basename(decoded(pathname));
  return /^\.{0,2}$|\0/.test(name) || Buffer.byteLength(name) > LONGEST_NAME ? '__unnamed__' : name;
}

/** NAME_MAX, limits.h. */
const LONGEST_NAME = 255;

/** A part of a URL; as it is, where it has a `%` that stands for itself. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
