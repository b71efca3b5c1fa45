import { collectFilter } from '../../../docker/filters/filter.js';
import { parseImagePruneFilters } from '../../../docker/filters/images.js';
import { freeKept, pruneImages } from '../../../docker/images/remove.js';
import { decimalSize } from '../../../docker/output/sizes.js';
import { removeBuildCache } from '../../../image/build/cache/remove.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { confirm, renderPruned } from '../control/prune.js';
import { tellingErrors } from '../shared/errors.js';
import { findAllCurrent } from '../shared/find.js';
import { hasStore } from '../system/images.js';

interface PruneOptions {
  readonly all?: true;
  readonly force?: true;
  readonly filter: readonly string[];
}

/** `tslab image prune` */
export const define: Define = (command, choose) =>
  command
    .description('Remove images without a name that no container is made of, and what no image needs.')
    .option(
      '-a, --all',
      'those with a name as well, what builds keep for later ones, and layers that were downloaded in part',
    )
    .option('-f, --force', 'do not ask')
    .option('--filter <what=value>', 'only some: until=10m, until=2026-01-31, label=…, label!=…', collectFilter, [])
    .action((options: PruneOptions) => choose(() => tellingErrors(() => prune(options))));

async function prune({ all, force, filter }: PruneOptions): Promise<number> {
  const isWanted = parseImagePruneFilters(filter);
  const which = all ? 'all images without at least one container associated to them' : 'all dangling images';
  if (!force && !(await confirm(`This will remove ${which}.`))) return 0;
  const { names, freed } = pruneImages(
    await findAllCurrent(),
    (image) => isWanted(image) && (all || image.names.length === 0),
  );
  if (!freed) throw beingMade();
  const cached = all && filter.length === 0 ? freeKept() : 0;
  const deleted = [...names, ...freed.layers.map((chain) => `deleted: ${chain}`)];
  print(renderPruned('Deleted Images:', deleted, freed.bytes + cached));
  return 0;
}

/** `tslab builder prune` */
export const defineBuilderPrune: Define = (command, choose) =>
  command
    .description('Remove what builds keep for later ones, with the directories of RUN --mount=type=cache; images stay.')
    .option('-a, --all', 'as with docker: here it is all of it in any case')
    .option('-f, --force', 'do not ask')
    .action((options: Pick<PruneOptions, 'force'>) => choose(() => tellingErrors(() => pruneBuilds(options))));

async function pruneBuilds({ force }: Pick<PruneOptions, 'force'>): Promise<number> {
  if (!force && !(await confirm('This will remove all build cache.'))) return 0;
  const bytes = hasStore() ? removeBuildCache() : 0;
  if (bytes === undefined) throw beingMade();
  print(`Total:\t${decimalSize(bytes)}\n`);
  return 0;
}

function beingMade(): UserError {
  return new UserError(
    'images are being made just now',
    1,
    'Try again when they are: what nothing needs stays until then.',
  );
}
