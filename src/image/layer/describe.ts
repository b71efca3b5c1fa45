import { type BigIntStats, fstatSync, openSync } from 'node:fs';
import { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } from '../../kernel/constants.js';
import { errorCode } from '../../kernel/errors/errno.js';
import { explaining } from '../../kernel/files/copy-error.js';
import type { OwnerOf } from '../../kernel/files/copy-file.js';
import { deviceNumbers } from '../../kernel/files/device-numbers.js';
import type { DirectoryCursor } from '../../kernel/files/directory-cursor.js';
import { linkTarget } from '../../kernel/files/file-names.js';
import { type Place, procPathOf } from '../../kernel/files/file-tree.js';
import type { TarEntry, TarType } from '../../tar/entry.js';
import { readKept } from './attributes.js';
import type { Changed, DiffSource } from './changed-tree.js';
import { Member } from './member.js';
import { type Owners, possibleOwners } from './owners.js';

/** Says of files what a layer's archive has of them. */
export class Describer {
  readonly #owner: OwnerOf;
  readonly #latest: bigint | undefined;
  readonly #owners: Owners;
  /** The first name of each file that has several, by device and inode. */
  readonly #names = new Map<string, string>();

  constructor({ owner = (ids) => ids, latest, privileged }: DiffSource) {
    this.#owner = owner;
    this.#latest = latest;
    this.#owners = privileged ? 'theirs' : possibleOwners();
  }

  root({ fd, stats }: DirectoryCursor): TarEntry {
    const place = { directory: fd, name: '.', shown: '/' };
    return { ...this.#entry(stats, 'directory', './'), attributes: this.#attributes(place) };
  }

  /** The member of a path; undefined where it has just been removed, or replaced. Throws CopyError. */
  open({ kind, stats }: Changed, place: Place): Member | undefined {
    if (!stats || kind !== 'present') return new Member(markOf(place.shown), place);
    return explaining(place, () => ifThere(() => this.#open(stats, place)));
  }

  #open(stats: BigIntStats, place: Place): Member {
    const known = this.#names.get(keyOf(stats));
    const name = place.shown;
    if (known !== undefined) return new Member({ ...this.#entry(stats, 'hard link', name), linkName: known }, place);
    const member = this.#openNew(stats, place);
    if (stats.nlink > 1n && !stats.isDirectory()) this.#names.set(keyOf(stats), name);
    return member;
  }

  #openNew(stats: BigIntStats, place: Place): Member {
    if (stats.isFile()) return this.#openFile(place);
    const name = place.shown;
    if (stats.isSymbolicLink()) {
      const linkName = linkTarget(pathOf(place));
      return new Member({ ...this.#entry(stats, 'symbolic link', name), linkName }, place);
    }
    if (stats.isDirectory()) {
      const attributes = this.#attributes(place);
      return new Member({ ...this.#entry(stats, 'directory', `${name}/`), attributes }, place);
    }
    if (stats.isFIFO()) return new Member(this.#entry(stats, 'pipe', name), place);
    const { major, minor } = deviceNumbers({ rdev: Number(stats.rdev) });
    const type = stats.isBlockDevice() ? 'block device' : 'character device';
    return new Member({ ...this.#entry(stats, type, name), device: [major, minor] }, place);
  }

  #openFile(place: Place): Member {
    // It may have been replaced by a pipe, for which open(2) would wait.
    const fd = openSync(procPathOf(place), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stats = fstatSync(fd, { bigint: true });
    const size = stats.isFile() ? Number(stats.size) : 0;
    return new Member(
      { ...this.#entry(stats, 'file', place.shown), size, attributes: this.#attributes(place) },
      place,
      fd,
    );
  }

  #entry(stats: BigIntStats, type: TarType, name: string): TarEntry {
    const owner = this.#owner({ uid: Number(stats.uid), gid: Number(stats.gid) });
    const mode = Number(stats.mode) & 0o7777;
    return { type, name, linkName: '', mode, ...owner, size: 0, mtime: this.#timeOf(stats), attributes: NONE };
  }

  #timeOf({ mtimeNs }: BigIntStats): bigint {
    return this.#latest !== undefined && mtimeNs > this.#latest ? this.#latest : mtimeNs;
  }

  #attributes(place: Place): ReadonlyMap<string, Uint8Array> {
    return readKept(pathOf(place), this.#owners);
  }
}

const NONE: ReadonlyMap<string, Uint8Array> = new Map();

function pathOf({ directory, name }: Place): string {
  return `/proc/self/fd/${directory}/${name}`;
}

function keyOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

/** A mark is an empty file of its name, and nothing else of it means anything. */
function markOf(name: string): TarEntry {
  const nobody = { uid: 0, gid: 0, mode: 0o600, mtime: 0n };
  return { type: 'file', name, linkName: '', ...nobody, size: 0, attributes: NONE };
}

/** Of a running container: gone, or a link by now. */
function ifThere<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!['ENOENT', 'ELOOP', 'ENXIO'].includes(errorCode(error) ?? '')) throw error;
    return undefined;
  }
}
