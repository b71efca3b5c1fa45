import type { OwnerOf } from '../../../kernel/files/copy-file.js';
import { openCursorAt } from '../../../kernel/files/directory-cursor.js';
import { Packing } from '../../../tar/pack.js';
import { BufferedOutput, ClosedPipe, writeTo } from '../../../tar/streams.js';
import { NOBODY_READS } from '../../../terminal/output.js';

/** What is left out of an archive, or the status where nobody reads it any more. */
export type Done = readonly string[] | typeof NOBODY_READS;

/** A descriptor, which errors call by `shown`; `owner`: who an owner on this host is in the archive. */
export interface ArchiveFile {
  readonly fd: number;
  readonly shown: string;
  readonly owner: OwnerOf;
}

/** Writes all that is in a directory (O_PATH), under names without a slash in front. Throws CopyError. */
export function writeTree(directory: number, file: ArchiveFile): Done {
  using cursor = openCursorAt(directory, '.');
  return writeArchive(file, (packing) => {
    for (const { name } of cursor.entries()) packing.add({ directory: cursor.fd, name, shown: `/${name}` }, name);
  });
}

/** Writes an archive; `add` says of what. Throws CopyError. */
export function writeArchive({ fd, shown, owner }: ArchiveFile, add: (packing: Packing) => void): Done {
  const output = new BufferedOutput(writeTo(fd, shown));
  const packing = new Packing(output.write, owner);
  try {
    add(packing);
    packing.end();
    output.flush();
    return packing.leftOut;
  } catch (error) {
    if (error instanceof ClosedPipe) return NOBODY_READS;
    throw error;
  }
}
