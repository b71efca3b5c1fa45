import type { Container } from '../../../container/store/store.js';
import { volumeUsers } from '../../../container/store/used-volumes.js';
import { collectFilter, type Test, valuesByKey } from '../../../docker/filters/filter.js';
import { parseImagePruneFilters } from '../../../docker/filters/images.js';
import { parseNetworkPruneFilters } from '../../../docker/filters/networks.js';
import { parsePruneFilters } from '../../../docker/filters/prune.js';
import { parseVolumePruneFilters } from '../../../docker/filters/volumes.js';
import { BEING_MADE, freeKept, pruneImages } from '../../../docker/images/remove.js';
import { pruneShownNetworks, type ShownNetwork } from '../../../docker/networks.js';
import type { Image } from '../../../image/store/images.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { discardUnused, keptRootfs } from '../../../rootfs/retire.js';
import { fileBytes } from '../../../state/tree.js';
import { print } from '../../../terminal/output.js';
import { pruneVolumes, type Volume } from '../../../volume/volumes.js';
import type { Define } from '../../command.js';
import { warn } from '../../leftovers.js';
import { confirm, type Pruned, pruneStopped, renderAllPruned, tellProblems } from '../control/prune.js';
import { tellingErrors } from '../shared/errors.js';
import { findAllCurrent } from '../shared/find.js';
import { hasStore, needImage } from './images.js';

interface PruneOptions {
  readonly all?: true;
  readonly force?: true;
  readonly volumes?: true;
  readonly filter: readonly string[];
}

/** `tslab system prune` */
export const define: Define = (command, choose) =>
  command
    .description(
      'Remove the containers that do not run, the networks that none is in and the images without a name; with options also all images and volumes that no container needs.',
    )
    .option('-a, --all', 'images with a name as well, and what builds keep; busybox is made again when it is wanted')
    .option('--volumes', 'anonymous volumes as well')
    .option('-f, --force', 'do not ask')
    .option(
      '--filter <what=value>',
      'only some containers, networks and images: until=10m, until=2026-01-31, label=…; and volumes: label=…',
      collectFilter,
      [],
    )
    .action((options: PruneOptions) => choose(() => tellingErrors(() => prune(options))));

async function prune(options: PruneOptions): Promise<number> {
  const isWanted = parsePruneFilters(options.filter);
  const isWantedNetwork = parseNetworkPruneFilters(options.filter);
  const isWantedImage = parseImagePruneFilters(options.filter);
  refuseUntilOfVolumes(options);
  const isWantedVolume = parseVolumePruneFilters(options.volumes ? options.filter : []);
  if (!options.force && !(await confirm(warning(options)))) return 0;
  // Containers first: what they alone needed is no longer needed then.
  const containers = await pruneStopped(isWanted);
  const networks = unusedNetworks(isWantedNetwork);
  const volumes = options.volumes ? [unusedVolumes(isWantedVolume)] : [];
  const images = await unusedImages(options, isWantedImage);
  print(renderAllPruned([containers, networks, ...volumes, images]));
  return tellProblems(containers.problems);
}

/** As Docker does (docker/cli, command/system/prune.go). */
function refuseUntilOfVolumes({ volumes, filter }: PruneOptions): void {
  if (!volumes || !valuesByKey(filter).has('until')) return;
  const message = 'The "until" filter is not supported with "--volumes"';
  throw new UserError(message, 2, 'label=… is; tslab volume prune removes volumes alone.');
}

function warning({ all, volumes, filter }: PruneOptions): string {
  const which = all ? 'images without at least one container associated to them' : 'dangling images';
  return [
    'This will remove:',
    '  - all stopped containers',
    '  - all networks not used by at least one container',
    ...(volumes ? ['  - all anonymous volumes not used by at least one container'] : []),
    `  - all ${which}`,
    ...(all ? ['  - all build cache'] : []),
    ...(filter.length > 0
      ? ['', '  Items to be pruned will be filtered with:', ...filter.map((one) => `  - ${one}`)]
      : []),
    '',
  ].join('\n');
}

/** They take no room. */
function unusedNetworks(isWanted: Test<ShownNetwork>): Pruned {
  return { heading: 'Deleted Networks:', names: pruneShownNetworks(isWanted), bytes: 0 };
}

function unusedVolumes(isWanted: Test<Volume>): Pruned {
  const { removed, bytes } = pruneVolumes(volumeUsers(), isWanted);
  return { heading: 'Deleted Volumes:', names: removed.map(({ name }) => name), bytes };
}

/** Those of no container, which is asked anew: some were removed. */
async function unusedImages({ all, filter }: PruneOptions, isWanted: Test<Image>): Promise<Pruned> {
  const containers = await findAllCurrent();
  const stored = hasStore()
    ? unusedOfStore(containers, (one) => isWanted(one) && (all === true || one.names.length === 0))
    : NONE;
  const isWhole = all === true && filter.length === 0;
  const cached = isWhole && hasStore() ? freeKept() : 0;
  const made = isWhole ? unusedRootfs(containers) : NONE;
  return {
    heading: 'Deleted Images:',
    names: [...stored.names, ...made.names],
    bytes: stored.bytes + cached + made.bytes,
  };
}

const NONE: Omit<Pruned, 'heading'> = { names: [], bytes: 0 };

function unusedOfStore(containers: readonly Container[], isWanted: Test<Image>): Omit<Pruned, 'heading'> {
  const { names, freed } = pruneImages(containers, isWanted);
  if (!freed) warn(BEING_MADE);
  return { names: [...names, ...(freed?.layers ?? []).map((chain) => `deleted: ${chain}`)], bytes: freed?.bytes ?? 0 };
}

/** A lab that runs just now keeps its own. */
function unusedRootfs(containers: readonly Container[]): Omit<Pruned, 'heading'> {
  const unneeded = keptRootfs().filter((directory) => !containers.some(needImage(directory)));
  const sizes = unneeded.map((directory) => [fileBytes(directory), discardUnused(directory)] as const);
  const removed = sizes.filter(([, isGone]) => isGone);
  const bytes = removed.reduce((sum, [size]) => sum + size, 0);
  return { names: removed.map(() => 'untagged: busybox:latest'), bytes };
}
