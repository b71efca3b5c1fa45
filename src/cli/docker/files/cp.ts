import { copy } from '../../../container/files/copy.js';
import { TreeCopy } from '../../../container/files/copy-tree.js';
import { visitRoot } from '../../../container/files/root.js';
import { decimalSize } from '../../../docker/output/sizes.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { explaining } from '../../../kernel/files/copy-error.js';
import { FileTree } from '../../../kernel/files/file-tree.js';
import { visibleLine } from '../../../view/text/visible.js';
import type { Define } from '../../command.js';
import { warn } from '../../leftovers.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

interface CpOptions {
  readonly archive?: true;
  readonly followLink?: true;
  readonly quiet?: true;
}

/** `tslab cp` */
export const define: Define = (command, choose) =>
  command
    .description('Copy files and directories between a container, running or not, and this machine.')
    .usage('[options] CONTAINER:SRC_PATH DEST_PATH\n       tslab cp [options] SRC_PATH CONTAINER:DEST_PATH')
    .argument('<source>', 'a path; with /. behind it, what is in that directory')
    .argument('<destination>', 'an existing directory, or the new name')
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

/** Docker's rule: what starts with `/` or `.` is a path of this machine, also with a colon in it. */
function parseEnd(text: string): NamedEnd {
  const colon = text.indexOf(':');
  if (text.startsWith('/') || text.startsWith('.') || colon < 1) return { container: undefined, path: text };
  return { container: text.slice(0, colon), path: text.slice(colon + 1) };
}

async function cp(from: NamedEnd, to: NamedEnd, options: CpOptions): Promise<number> {
  refuseWrongEnds(from, to);
  const container = await findCurrent((from.container ?? to.container) as string);
  const tree = new TreeCopy(options.archive === true);
  visitRoot(container, (root) => {
    using inside = new FileTree(root);
    using here = new FileTree();
    const end = ({ container: isInside, path }: NamedEnd) => ({ tree: isInside ? inside : here, path });
    explaining({ shown: from.path }, () => copy(end(from), end(to), { tree, follow: options.followLink === true }));
  });
  tell(tree, to, options);
  return 0;
}

function refuseWrongEnds(from: NamedEnd, to: NamedEnd): void {
  for (const { path } of [from, to]) {
    if (path === '-') throw new UserError('- (a tar stream) is not supported', 2, 'Name a file or a directory.');
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
  const more = leftOut.length > 3 ? `, and ${leftOut.length - 3} more` : '';
  if (leftOut.length > 0) warn(`left out what is no file, directory or link: ${leftOut.slice(0, 3).join(', ')}${more}`);
  if (quiet || !process.stderr.isTTY) return;
  const where = to.container === undefined ? to.path : `${to.container}:${to.path}`;
  process.stderr.write(`Successfully copied ${decimalSize(bytes)} to ${visibleLine(where)}\n`);
}
