import { copy } from '../../../container/files/copy.js';
import { TreeCopy } from '../../../container/files/copy-tree.js';
import { visitRoot } from '../../../container/files/root.js';
import { againAsRootOf } from '../../../container/files/root-inside.js';
import type { Container } from '../../../container/store/store.js';
import { decimalSize } from '../../../docker/output/sizes.js';
import { isPrivileged } from '../../../kernel/credentials/privilege.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { explaining } from '../../../kernel/files/copy-error.js';
import type { OwnerOf } from '../../../kernel/files/copy-file.js';
import { FileTree } from '../../../kernel/files/file-tree.js';
import { NOBODY_READS } from '../../../terminal/output.js';
import { visibleLine } from '../../../view/text/visible.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';
import { tellLeftOut } from './left-out.js';

interface CpOptions {
  readonly archive?: true;
  readonly followLink?: true;
  readonly quiet?: true;
}

/** `tslab cp` */
export const define: Define = (command, choose) =>
  command
    .description('Copy files and directories between a container, running or not, and this machine.')
    .usage('[options] CONTAINER:SRC_PATH DEST_PATH|-\n       tslab cp [options] SRC_PATH|- CONTAINER:DEST_PATH')
    .argument('<source>', 'a path; with /. behind it, what is in that directory; -: a tar archive from standard input')
    .argument('<destination>', 'an existing directory, or the new name; -: a tar archive to standard output')
    .option('-a, --archive', 'keep users and groups; else everything belongs to root, or to you')
    .option('-L, --follow-link', 'copy what a symbolic link leads to')
    .option('-q, --quiet', 'do not tell what was copied; nor is it told without a terminal')
    .action((source: string, destination: string, options: CpOptions) =>
      choose(() => tellingErrors(() => cp(parseEnd(source), parseEnd(destination), options))),
    );

/** A path of this machine, or of a container. */
interface NamedEnd {
  readonly container: string | undefined;
  readonly path: string;
}

interface Ends {
  readonly from: NamedEnd;
  readonly to: NamedEnd;
}

/** Docker's rule: what starts with `/` or `.` is a path of this machine, also with a colon in it. */
function parseEnd(text: string): NamedEnd {
  const colon = text.indexOf(':');
  if (text.startsWith('/') || text.startsWith('.') || colon < 1) return { container: undefined, path: text };
  return { container: text.slice(0, colon), path: text.slice(colon + 1) };
}

async function cp(from: NamedEnd, to: NamedEnd, options: CpOptions): Promise<number> {
  refuseWrongEnds(from, to);
  const container = await findCurrent((from.container ?? to.container) as string);
  const done = await againAsRootOf(container);
  if (done !== undefined) return done;
  if (isStream(from) || isStream(to)) return await cpArchive(container, { from, to }, options);
  const tree = visitRoot(container, (root, owners) =>
    to.container
      ? owners.making(() => copyFiles(root, { from, to }, options, owners.outside))
      : copyFiles(root, { from, to }, options, owners.inside),
  );
  tell(tree, to, options);
  return 0;
}

function copyFiles(root: number, { from, to }: Ends, options: CpOptions, owner: OwnerOf): TreeCopy {
  const tree = new TreeCopy(options.archive === true && (isPrivileged() ? owner : true));
  using inside = new FileTree(root);
  using here = new FileTree();
  const end = ({ container, path }: NamedEnd) => ({ tree: container ? inside : here, path, container });
  explaining({ shown: from.path }, () => copy(end(from), end(to), { tree, follow: options.followLink === true }));
  return tree;
}

async function cpArchive(container: Container, { from, to }: Ends, { followLink }: CpOptions): Promise<number> {
  const { extractFromStdin, packToStdout } = await import('./cp-archive.js');
  const leftOut = isStream(to)
    ? packToStdout(container, from.path, followLink === true)
    : extractFromStdin(container, to.path);
  if (leftOut === NOBODY_READS) return leftOut;
  tellLeftOut(leftOut);
  return 0;
}

function isStream({ container, path }: NamedEnd): boolean {
  return container === undefined && path === '-';
}

function refuseWrongEnds(from: NamedEnd, to: NamedEnd): void {
  for (const { path } of [from, to]) {
    if (path === '')
      throw new UserError('a path is empty', 2, 'Give a path behind the colon: tslab cp web:/etc/hosts .');
  }
  if (from.container !== undefined && to.container !== undefined) {
    throw new UserError('copying between containers is not supported', 2, 'Copy to this machine first.');
  }
  if (from.container === undefined && to.container === undefined) {
    throw new UserError('must specify at least one container source', 2, 'Such as: tslab cp web:/etc/hosts .');
  }
}

function tell({ bytes, leftOut }: TreeCopy, to: NamedEnd, { quiet }: CpOptions): void {
  tellLeftOut(leftOut);
  if (quiet || !process.stderr.isTTY) return;
  const where = to.container === undefined ? to.path : `${to.container}:${to.path}`;
  process.stderr.write(`Successfully copied ${decimalSize(bytes)} to ${visibleLine(where)}\n`);
}
