import { isatty } from 'node:tty';
import { findSource } from '../../../container/files/copy.js';
import { visitRoot } from '../../../container/files/root.js';
import type { Container } from '../../../container/store/store.js';
import { isPrivileged } from '../../../kernel/credentials/privilege.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { FileTree, isDirectory } from '../../../kernel/files/file-tree.js';
import { type Destination, Extraction } from '../../../tar/extract.js';
import { TarReader } from '../../../tar/reader.js';
import { drain, readFrom } from '../../../tar/streams.js';
import { type Done, writeArchive } from './write-archive.js';

const [STDIN, STDOUT] = [0, 1];

/** Writes a path of a container to standard output as a tar archive. Throws UserError. */
export function packToStdout(container: Container, path: string, follow: boolean): Done {
  const remedy = `Redirect it: tslab cp ${container.config.name}:${path} - | tar t`;
  if (isatty(STDOUT)) throw new UserError('cowardly refusing to write an archive to a terminal', 2, remedy);
  return visitRoot(container, (root, { inside: owner }) => {
    using tree = new FileTree(root);
    const place = findSource({ tree, path, container: container.config.name }, follow);
    return writeArchive({ fd: STDOUT, shown: 'standard output', owner }, (packing) => packing.add(place, place.name));
  });
}

/** Extracts a tar archive from standard input into a directory of a container. Throws UserError. */
export function extractFromStdin(container: Container, path: string): Done {
  return visitRoot(container, (root, { outside, making }) => {
    using tree = new FileTree(root);
    const target = tree.find(path);
    if (target === undefined || !isDirectory(target)) {
      throw new UserError(`destination "${container.config.name}:${path}" must be a directory`, 2);
    }
    const owners = isPrivileged() ? outside : undefined;
    return making(() => extract({ root, top: absolute(path), owners }));
  });
}

function extract(to: Destination): readonly string[] {
  const read = readFrom(STDIN, 'standard input');
  const reader = new TarReader(read);
  using extraction = new Extraction(to);
  for (let entry = reader.next(); entry; entry = reader.next()) extraction.add(entry, reader.content());
  extraction.finish();
  drain(read);
  return extraction.leftOut;
}

/** A path of a container starts at its root, with or without a slash. What `..` means depends on the links before it, and so it stays. */
function absolute(path: string): string {
  return `/${path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
}
