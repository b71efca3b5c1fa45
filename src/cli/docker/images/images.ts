import { collectFilter } from '../../../docker/filters/filter.js';
import { namesWanted, parseImageFilters } from '../../../docker/filters/images.js';
import { IMAGE_HEADINGS, imageRows, renderImages, shortImageId } from '../../../docker/images/rows.js';
import { familiarName } from '../../../image/reference.js';
import { readImages } from '../../../image/store/images.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { warn } from '../../leftovers.js';
import { tellingErrors } from '../shared/errors.js';

/** `tslab images`, `tslab image ls` */
export const define: Define = (command, choose) =>
  command
    .description(
      'List images, those that were made, loaded or pulled last first. busybox, which is made here, is none of them.',
    )
    .argument('[name]', 'only images of this name: NAME, NAME:TAG, or a pattern such as team/*')
    .option('-a, --all', 'as with docker: there are none that are hidden')
    .option('-q, --quiet', 'IDs only')
    .option('--no-trunc', 'whole IDs')
    .option('--digests', 'the digests of manifests, too')
    .option('-f, --filter <what=value>', FILTERS, collectFilter, [])
    .option('--format <format>', FORMAT)
    .action((name: string | undefined, options: Options) => choose(() => tellingErrors(() => list(name, options))));

const FILTERS =
  'only some: dangling=true, reference=PATTERN, label=KEY, label=KEY=VALUE, before=IMAGE, since=IMAGE, until=10m';
const FORMAT = 'json: one object a line; a template: {{.Repository}} {{.ID}}; or table and a template';

interface Options {
  readonly quiet?: true;
  readonly trunc: boolean;
  readonly digests?: true;
  readonly filter: readonly string[];
  readonly format?: string;
}

async function list(name: string | undefined, options: Options): Promise<number> {
  const { quiet, trunc, digests = false, filter, format } = options;
  const wanted = name === undefined ? filter : [...filter, `reference=${name}`];
  const { images: all, damaged } = readImages();
  const images = all.filter(parseImageFilters(wanted)).reverse();
  for (const { names, descriptor, error } of damaged)
    warn(`${names.map(familiarName).join(', ') || descriptor.digest}: ${error.message}. ${error.remedy}`);
  const shown = { now: Date.now(), whole: !trunc, digests: digests || (format?.includes('.Digest') ?? false) };
  const rows = images.map(namesWanted(wanted)).flatMap((image) => imageRows(image, shown));
  if (quiet) print(images.map(({ id }) => `${shortImageId(id, !trunc)}\n`).join(''));
  else if (format === undefined || format === 'table') print(renderImages(rows, digests));
  else print((await import('../../../docker/output/format.js')).renderRows(format, rows, IMAGE_HEADINGS));
  return 0;
}
