import { visibleJson } from '../../view/text/visible.js';
import { renderTable } from './table.js';
import { renderTemplate } from './template.js';

/**
 * Rows as `--format` asks for them: `json`, one object a line; a template for each; or `table` and a template whose tabs part
 * the columns, with Docker's headings above. Throws UserError (2) as {@link renderTemplate} does.
 */
export function renderRows<T extends object>(format: string, rows: readonly T[], headings: Record<keyof T, string>) {
  const columns = /^table\s(.*)$/s.exec(format)?.[1];
  if (columns === undefined) return rows.map((row) => `${renderRow(format, row)}\n`).join('');
  const cells = (row: object) => renderTemplate(columns.trim(), row).split('\t');
  return renderTable(cells(headings), rows.map(cells));
}

function renderRow(format: string, row: object): string {
  return format === 'json' ? visibleJson(row) : renderTemplate(format, row);
}
