import type { TarEntry } from '../../../tar/entry.js';
import type { Found } from '../context/source.js';

/** Where a file is that is copied. */
export type Origin = Pick<Found, 'source' | 'path' | 'url'>;

/** A member of the layer, and the file of the source that it is. */
export interface Planned {
  readonly entry: TarEntry;
  readonly from: Origin | undefined;
  /** In the place of a file of the source. */
  readonly content?: Uint8Array;
  /** Of a file of the source: names of one file have the same. */
  readonly inode?: string;
  /** Of its content, in hexadecimal. */
  readonly sha256?: string;
}

/** An archive that is to be unpacked into a directory of the image, by its resolved path. */
export interface PlannedArchive {
  readonly from: Origin;
  readonly to: string;
  readonly sha256: string;
}

export interface CopyPlan {
  /** By their names, and so each directory before what is in it. */
  readonly members: readonly Planned[];
  readonly archives: readonly PlannedArchive[];
  /** Paths of what is no file, directory or link. */
  readonly leftOut: readonly string[];
}
