import { visibleJson } from '../../view/text/visible.js';
import { compileTemplate } from '../template/template.js';
import { alignColumns } from './table.js';

const TABLE = 'table';

/**
 * Rows as `--format` asks for them: `json`, one object a line; a template for each; or `table` and a template whose tabs part
 * the columns, with Docker's headings above. `\t` and `\n` need no quotes in it. Throws TemplateError.
 * Source: docker/cli cli/command/formatter/formatter.go.
 */
export function renderRows<T extends object>(format: string, rows: readonly T[], headings: Headings<T>): string {
  if (format === 'json') return rows.map((row) => `${visibleJson(row)}\n`).join('');
  const isTable = format.startsWith(TABLE);
  const source = (isTable ? format.slice(TABLE.length) : format).replace(/^ +| +$/g, '');
  const { render, renderHeadings } = compileTemplate(source.replaceAll('\\t', '\t').replaceAll('\\n', '\n'));
  const texts = rows.map(render);
  if (!isTable) return texts.map((text) => `${text}\n`).join('');
  const lines = [renderHeadings({ ...headings, Label: labelHeading }), ...texts].flatMap((text) => text.split('\n'));
  return alignColumns(lines.map((line) => line.split('\t')));
}

/** One for each field; methods have none. */
export type Headings<T> = Readonly<Record<Exclude<keyof T, 'Label'>, string>>;

/** Of `{{.Label "com.example.some-name"}}`: `some name`. */
function labelHeading(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).replace(/[-_]/g, ' ');
}
