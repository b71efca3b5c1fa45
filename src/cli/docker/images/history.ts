import { HISTORY_HEADINGS, type HistoryRow, historyRows } from '../../../docker/images/history.js';
import { shortImageId } from '../../../docker/images/rows.js';
import type { Headings } from '../../../docker/output/format.js';
import { renderTable } from '../../../docker/output/table.js';
import { findImage } from '../../../image/store/images.js';
import { print } from '../../../terminal/output.js';
import { visibleLine } from '../../../view/text/visible.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';

/** `tslab history`, `tslab image history` */
export const define: Define = (command, choose) =>
  command
    .description('Show how an image came about, the last step first, and how large each layer is.')
    .argument('<image>')
    .option('-H, --human', 'times and sizes in words; --human=false: as numbers', true)
    .option('-q, --quiet', 'IDs only')
    .option('--no-trunc', 'whole commands and IDs')
    .option('--format <format>', 'json: one object a line; a template: {{.CreatedBy}}; or table and a template')
    .action((image: string, options: Options) => choose(() => tellingErrors(() => history(image, options))));

interface Options {
  readonly human?: true;
  readonly quiet?: true;
  readonly trunc: boolean;
  readonly format?: string;
}

const COLUMNS = ['ID', 'CreatedSince', 'CreatedBy', 'Size', 'Comment'] as const;

async function history(given: string, { human, quiet, trunc, format }: Options): Promise<number> {
  const image = findImage(given);
  const rows = historyRows(image, { now: Date.now(), whole: !trunc, human: human ?? false });
  if (quiet) print(rows.map(({ ID }) => `${ID}\n`).join('') || `${shortImageId(image.id, !trunc)}\n`);
  else if (format === undefined || format === 'table') print(render(rows));
  else print((await import('../../../docker/output/format.js')).renderRows(format, rows, HISTORY_HEADINGS));
  return 0;
}

/** Commands and comments are whoever's who made the image. */
function render(rows: readonly HistoryRow[]): string {
  const cells = (row: Headings<HistoryRow>) => COLUMNS.map((column) => visibleLine(row[column]));
  return renderTable(cells(HISTORY_HEADINGS), rows.map(cells));
}
