/** What a container did to its image's files, as a layer of another image: OCI image-spec, layer.md, "Representing Changes". */
import { walk } from '../../kernel/files/walk.js';
import type { TarEvent } from '../../tar/parser.js';
import { ChangedTree, type DiffSource, inOrder } from './changed-tree.js';
import { Describer } from './describe.js';
import { MadeForMounts } from './made-for-mounts.js';

/**
 * The members of a layer, and their content in parts, each in memory of its own: from an overlay's writable layer alone, as it lies on the
 * disk. The same files make the same archive: members are sorted by the bytes of their names, in each directory what is deleted first.
 *
 * `leftOut` gets the paths of what no layer can have: sockets, and names that would mean a whiteout. Throws CopyError, UserError.
 */
export function* layerDiff(source: DiffSource, leftOut: string[]): Generator<TarEvent> {
  using tree = new ChangedTree(source, leftOut);
  const describer = new Describer(source);
  const mounts = new MadeForMounts(source.mountPoints ?? []);
  if (tree.isRootChanged) yield describer.root(tree.cursor);
  for (const changed of walk(tree, inOrder)) {
    const path = tree.cursor.pathTo(changed.name);
    using member = describer.open(changed, { directory: tree.cursor.fd, name: changed.name, shown: path });
    if (!member || mounts.hold(path, member.entry, changed)) continue;
    yield* mounts.release(path);
    yield member.entry;
    yield* member.content();
  }
  tree.refuseClosed();
}
