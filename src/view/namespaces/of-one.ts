import type { Screen } from '../terminal/screen.js';
import { visibleLine } from '../text/visible.js';
import type { WhoseRow } from './rows.js';
import { formatTable } from './table.js';

/** The namespaces of one container or process: whose each of them is, and how many processes are in it. */
export function renderWhose(title: string, rows: readonly WhoseRow[], screen: Screen): string[] {
  const { headings } = screen.words.namespaces;
  const cells = rows.map((row) => [
    row.type,
    inodeOf(row),
    `${row.processes || ''}`,
    ownerOf(row, screen),
    whose(row, screen),
  ]);
  const titles = [headings.type, headings.inode, headings.processes, headings.owner, headings.whose];
  return [visibleLine(title), '', ...formatTable([titles, ...cells], [2], screen)];
}

/** Two of them row by row. */
export function renderBeside(
  [first, second]: readonly [name: string, name: string],
  pairs: readonly (readonly [WhoseRow, WhoseRow])[],
  screen: Screen,
): string[] {
  const { headings } = screen.words.namespaces;
  const cells = pairs.map(([one, other]) => [one.type, inodeOf(one), inodeOf(other), compared(one, other, screen)]);
  const titles = [headings.type, visibleLine(first), visibleLine(second), ''];
  return formatTable([titles, ...cells], [], screen);
}

/** Whether both are in the same namespace of this type. */
export function isSame(one: WhoseRow, other: WhoseRow): boolean {
  return one.inode !== null && one.inode === other.inode;
}

function compared(one: WhoseRow, other: WhoseRow, { words: { namespaces } }: Screen): string {
  if (one.inode === null && other.inode === null) return namespaces.whose.missing;
  if (!isSame(one, other)) return namespaces.different;
  return one.whose === 'host' ? namespaces.sameAsHost : namespaces.same;
}

function inodeOf({ inode }: WhoseRow): string {
  return `${inode ?? '-'}`;
}

/** The user namespace whose capabilities count for it, and who made that. */
function ownerOf({ owner, ownerUid }: WhoseRow, { words: { namespaces, comma } }: Screen): string {
  const maker = ownerUid === null ? [] : [namespaces.madeBy(ownerUid)];
  return [...(owner === null ? [] : [`user ${owner}`]), ...maker].join(comma);
}

function whose({ whose, sharedWith }: WhoseRow, { words: { namespaces, comma } }: Screen): string {
  return whose === 'shared' ? namespaces.sharedWith(visibleLine(sharedWith.join(comma))) : namespaces.whose[whose];
}
