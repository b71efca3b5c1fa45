import { collectFilter } from '../../../docker/filters/filter.js';
import { parseImagePruneFilters } from '../../../docker/filters/images.js';
import { pruneImages } from '../../../docker/images/remove.js';
import { removeBuildCache } from '../../../image/build/cache/remove.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { confirm, renderPruned } from '../control/prune.js';
import { tellingErrors } from '../shared/errors.js';
import { findAllCurrent } from '../shared/find.js';

interface PruneOptions {
  readonly all?: true;
  readonly force?: true;
  readonly filter: readonly string[];
}

/** `tslab image prune` */
export const define: Define = (command, choose) =>
  command
    .description('Remove images without a name that no container is made of, and what no image needs.')
    .option('-a, --all', 'those with a name as well, and what builds keep for later ones')
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
  if (!freed)
    throw new UserError(
      'images are being made just now',
      1,
      'Try again when they are: what nothing needs stays until then.',
    );
  if (all && filter.length === 0) removeBuildCache();
  print(renderPruned('Deleted Images:', [...names, ...freed.layers.map((chain) => `deleted: ${chain}`)], freed.bytes));
  return 0;
}
