/** A terminal that can do so shows all that stands between these at once; others ignore them (DEC private mode 2026). */
const [TOGETHER, SHOW] = ['\x1b[?2026h', '\x1b[?2026l'];

/**
 * What turns one screen into another: the rows that differ, each from its start, the cursor moved there. Empty where none does.
 * A row is erased before it is written: behind a full one the cursor still stands on its last column, and would erase that.
 */
export function repaint(before: readonly string[] | undefined, after: readonly string[]): string {
  const rows = after.map((line, row) => (before?.[row] === line ? '' : `\x1b[${row + 1};1H\x1b[2K${line}`)).join('');
  const start = before ? '' : '\x1b[H\x1b[2J';
  return start + rows === '' ? '' : `${TOGETHER}${start}${rows}${SHOW}`;
}
