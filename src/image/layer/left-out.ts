import { ownIds } from '../../kernel/credentials/own-ids.js';
import { literal } from '../../kernel/render.js';
import { idCount } from '../../oci/id-maps.js';
import type { TarEntry } from '../../tar/entry.js';
import { LayerError, linkedPath } from './entry.js';
import { isGivenToRoot, type Owners } from './owners.js';

/** What of a layer is not made, or not as the archive has it, and what is said of it: once, whatever their number. */
export class LeftOut {
  readonly #owners: Owners;
  #devices = 0;
  #device = '';
  /** Paths of devices, as long as nothing else has them. */
  readonly #paths = new Set<string>();
  #foreign: TarEntry | undefined;

  constructor(owners: Owners) {
    this.#owners = owners;
  }

  /** Whether a member, of a path, is left out. Throws LayerError for one that would hide a file of another layer. */
  has(entry: TarEntry, path: string): boolean {
    if (isGivenToRoot(entry, this.#owners)) this.#foreign ??= entry;
    const isDevice = entry.type === 'character device' || entry.type === 'block device';
    if (entry.type === 'character device' && entry.device?.every((number) => number === 0))
      throw new LayerError(entry.name, 'is a character device 0/0, which overlayfs takes for a deleted file');
    if (this.#owners === 'theirs' || !(isDevice || this.#isLinked(entry))) {
      this.#paths.delete(path);
      return false;
    }
    this.#paths.add(path);
    this.#device ||= entry.name;
    this.#devices++;
    return true;
  }

  /** Another name of a device that is left out is left out, too. */
  #isLinked({ type, name, linkName }: TarEntry): boolean {
    return type === 'hard link' && this.#paths.size > 0 && this.#paths.has(linkedPath(name, linkName));
  }

  /** A sentence for each kind, which the words before its colon tell. */
  notes(): string[] {
    const notes: string[] = [];
    if (this.#devices > 0)
      notes.push(`devices are left out, which only root may make: ${literal(this.#device)}${more(this.#devices)}`);
    if (this.#foreign) notes.push(foreign(this.#foreign, this.#owners));
    return notes;
  }
}

function more(count: number): string {
  return count > 1 ? ` and ${count - 1} more` : '';
}

/** Of files of several layers the first one is enough. */
export function firstOfEachKind(notes: readonly string[]): string[] {
  const kindOf = (note: string) => note.slice(0, note.indexOf(':'));
  return notes.filter((note, i) => notes.findIndex((one) => kindOf(one) === kindOf(note)) === i);
}

function foreign({ name, uid, gid }: TarEntry, owners: Owners): string {
  const owner = `${literal(name)} is ${uid}:${gid} in the layer`;
  const most = owners === 'mapped' ? Math.min(idCount(ownIds().uids), idCount(ownIds().gids)) - 1 : 0;
  if (most === 0) return `all files belong to root: ${owner}, and this user has one id (see /etc/subuid)`;
  return `files of ids above ${most} belong to root: ${owner}, and this user has no more ids (see /etc/subuid)`;
}
