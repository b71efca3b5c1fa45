import { literal } from '../../kernel/render.js';
import type { TarEntry } from '../../tar/entry.js';
import { LayerError } from './entry.js';
import type { Owners } from './owners.js';

/** What of a layer is not made, or not as the archive has it, and what is said of it: once, whatever their number. */
export class LeftOut {
  readonly #owners: Owners;
  #devices = 0;
  #device = '';
  #foreign: TarEntry | undefined;

  constructor(owners: Owners) {
    this.#owners = owners;
  }

  /** Whether a member is left out. Throws LayerError for one that would hide a file of another layer. */
  has(entry: TarEntry): boolean {
    if (this.#owners === 'ours' && entry.uid + entry.gid > 0) this.#foreign ??= entry;
    const isDevice = entry.type === 'character device' || entry.type === 'block device';
    if (entry.type === 'character device' && entry.device?.every((number) => number === 0))
      throw new LayerError(entry.name, 'is a character device 0/0, which overlayfs takes for a deleted file');
    if (!isDevice || this.#owners === 'theirs') return false;
    this.#device ||= entry.name;
    this.#devices++;
    return true;
  }

  notes(): string[] {
    const notes: string[] = [];
    if (this.#devices > 0)
      notes.push(`devices are left out, which only root may make: ${literal(this.#device)}${more(this.#devices)}`);
    if (this.#foreign) notes.push(foreign(this.#foreign));
    return notes;
  }
}

function more(count: number): string {
  return count > 1 ? ` and ${count - 1} more` : '';
}

function foreign({ name, uid, gid }: TarEntry): string {
  return `all files belong to root: ${literal(name)} is ${uid}:${gid} in the layer, and this user has one id (see /etc/subuid)`;
}
