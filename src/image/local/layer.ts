import { UserError } from '../../kernel/errors/user-error.js';
import { type Entry, type Source, withoutRepeats } from '../../rootfs/entry.js';
import { asOnHost, LOADER_CACHE } from '../../rootfs/host.js';
import { librariesOf } from '../../rootfs/libraries.js';
import type { ImageSettings } from '../manifest.js';

/** A layer that is made of files of this host, and what an image says of containers for its sake. */
export interface LocalLayer {
  readonly source: Source;
  readonly settings: ImageSettings;
}

export const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Where programs are put: on no distribution is it a link, so that this layer hides no directory of the one below. */
export const PROGRAMS = '/usr/local/bin';

export const PROGRAMS_DIRECTORY: readonly Entry[] = ['/usr', '/usr/local', PROGRAMS].map(directory);

export function directory(path: string): Entry {
  return { kind: 'directory', path, mode: 0o755 };
}

/** The shared libraries of a program, and of others that it loads, at the paths that they have on the host. Throws UserError (3) where one is missing. */
export function librariesFor(program: string, loaded: readonly string[] = []): Entry[] {
  const libraries = [program, ...loaded].flatMap((file) => librariesOf(program, file) ?? missing(file));
  return withoutRepeats([...new Set([LOADER_CACHE, ...libraries])].flatMap(asOnHost));
}

function missing(file: string): never {
  const remedy = `ldd ${file} says which: an image has the same libraries as the host.`;
  throw new UserError(`a library of ${file} is missing, or it is a script: no image can be made of it`, 3, remedy);
}
