import { closeSync, existsSync, lstatSync, readlinkSync } from 'node:fs';
import { openLayersRoot } from '../../../container/build/host.js';
import { copy } from '../../../container/files/copy.js';
import { TreeCopy } from '../../../container/files/copy-tree.js';
import { ownersOnDisk } from '../../../container/users/owners.js';
import { readCsvFields, readCsvLine } from '../../../docker/options/csv.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { explaining } from '../../../kernel/files/copy-error.js';
import { FileTree } from '../../../kernel/files/file-tree.js';
import { makeDirectories } from '../../../kernel/files/make-directories.js';
import { type Done, writeTree } from '../files/write-archive.js';
import { checkOutput, writeOutput } from '../shared/output-file.js';

/** Where the files of the last stage go, in the place of an image. */
export type Export =
  | { readonly type: 'local'; readonly dest: string }
  /** Undefined: standard output. */
  | { readonly type: 'tar'; readonly dest: string | undefined };

const FORM = '-o DIRECTORY, -o type=tar,dest=FILE, or -o - for an archive on standard output';

const INSTEAD = 'Without -o an image is made; tslab save writes it into an archive, tslab push sends it to a registry.';

/** Reads `-o`. Throws UserError, also where nothing can be written there. */
export function parseExport(given: readonly string[]): Export | undefined {
  const [one, ...more] = given;
  if (one === undefined) return undefined;
  if (more.length > 0) throw new UserError('multiple outputs currently unsupported', 1, FORM);
  const { type, dest, ...others } = fieldsOf(one);
  if (type === undefined) throw new UserError(`-o ${one}: type is required for output`, 1, FORM);
  if (type !== 'local' && type !== 'tar')
    throw new UserError(`-o ${one}: the type ${type} is no directory and no archive of files`, 1, INSTEAD);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new UserError(`unexpected key ${JSON.stringify(unknown)} in -o ${one}`, 1, FORM);
  if (type === 'tar') return checkedTar(dest === '-' ? undefined : dest);
  if (dest) return { type, dest };
  throw new UserError(`-o ${one}: dest is required for local exporter`, 1, FORM);
}

function fieldsOf(given: string): { type?: string; dest?: string; [key: string]: string | undefined } {
  if (given === '-') return { type: 'tar', dest: '-' };
  if (readCsvLine(given).length === 1 && !given.startsWith('type=')) return { type: 'local', dest: given };
  return Object.fromEntries(readCsvFields(given));
}

function checkedTar(path: string | undefined): Export {
  checkOutput({ path, failure: 'failed to export', example: 'tslab build -o type=tar,dest=FILE .' });
  return { type: 'tar', dest: path };
}

/** Writes the files of layers, topmost first. Returns what is left out. Throws UserError. */
export function exportLayers(layers: readonly string[], { type, dest }: Export): Done {
  const root = openLayersRoot(layers);
  try {
    return type === 'tar' ? pack(root, dest) : copyOut(root, dest);
  } finally {
    closeSync(root);
  }
}

function pack(root: number, path: string | undefined): Done {
  return writeOutput(path, (fd, shown) => writeTree(root, { fd, shown, owner: ownersOnDisk().inside }));
}

/** Into a directory, which is made; what is there stays, but for files of the same names. All belongs to whoever builds, as with BuildKit. */
function copyOut(root: number, directory: string): Done {
  const tree = new TreeCopy(false);
  using inside = new FileTree(root);
  using here = new FileTree();
  explaining({ shown: directory }, () => {
    if (!existsSync(directory)) makeNew(directory);
    copy({ tree: inside, path: '/.' }, { tree: here, path: directory }, { tree, follow: false });
  });
  return tree.leftOut;
}

function makeNew(directory: string): void {
  const isLink = lstatSync(directory, { throwIfNoEntry: false })?.isSymbolicLink();
  const target = isLink ? readlinkSync(directory) : undefined;
  if (target !== undefined)
    throw new UserError(`-o ${directory}: it is a link to ${target}, which is not there`, 1, `rm ${directory}`);
  makeDirectories(directory);
}
