import { volumeUsers } from '../../../container/store/used-volumes.js';
import { collectFilter, type Test, valuesByKey } from '../../../docker/filters/filter.js';
import { parseNetworkPruneFilters } from '../../../docker/filters/networks.js';
import { parsePruneFilters } from '../../../docker/filters/prune.js';
import { parseVolumePruneFilters } from '../../../docker/filters/volumes.js';
import { pruneShownNetworks, type ShownNetwork } from '../../../docker/networks.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { discardUnused, keptRootfs } from '../../../rootfs/retire.js';
import { fileBytes } from '../../../state/tree.js';
import { print } from '../../../terminal/output.js';
import { pruneVolumes, type Volume } from '../../../volume/volumes.js';
import type { Define } from '../../command.js';
import { confirm, type Pruned, pruneStopped, renderAllPruned, tellProblems } from '../control/prune.js';
import { tellingErrors } from '../shared/errors.js';
import { findAllCurrent } from '../shared/find.js';
import { needImage } from './images.js';

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
      'Remove the containers that do not run and the networks that none is in; with options also images and volumes that no container needs.',
    )
    .option('-a, --all', 'images as well: busybox is made again when it is wanted')
    .option('--volumes', 'anonymous volumes as well')
    .option('-f, --force', 'do not ask')
    .option(
      '--filter <what=value>',
      'only some containers and networks: until=10m, until=2026-01-31, label=…; and volumes: label=…',
      collectFilter,
      [],
    )
    .action((options: PruneOptions) => choose(() => tellingErrors(() => prune(options))));

async function prune(options: PruneOptions): Promise<number> {
  const isWanted = parsePruneFilters(options.filter);
  const isWantedNetwork = parseNetworkPruneFilters(options.filter);
  refuseUntilOfVolumes(options);
  const isWantedVolume = parseVolumePruneFilters(options.volumes ? options.filter : []);
  if (!options.force && !(await confirm(warning(options)))) return 0;
  // Containers first: what they alone needed is no longer needed then.
  const containers = await pruneStopped(isWanted);
  const networks = unusedNetworks(isWantedNetwork);
  const volumes = options.volumes ? [unusedVolumes(isWantedVolume)] : [];
  const images = options.all ? [await unusedImages()] : [];
  print(renderAllPruned([containers, networks, ...volumes, ...images]));
  return tellProblems(containers.problems);
}

/** As Docker does (docker/cli, command/system/prune.go). */
function refuseUntilOfVolumes({ volumes, filter }: PruneOptions): void {
  if (!volumes || !valuesByKey(filter).has('until')) return;
  const message = 'The "until" filter is not supported with "--volumes"';
  throw new UserError(message, 2, 'label=… is; tslab volume prune removes volumes alone.');
}

function warning({ all, volumes, filter }: PruneOptions): string {
  return [
    'This will remove:',
    '  - all stopped containers',
    '  - all networks not used by at least one container',
    ...(volumes ? ['  - all anonymous volumes not used by at least one container'] : []),
    ...(all ? ['  - all images without at least one container associated to them'] : []),
    ...(filter.length > 0
      ? [
          '',
          `  ${volumes ? 'Containers, networks and volumes' : 'Containers and networks'} to be pruned will be filtered with:`,
          ...filter.map((one) => `  - ${one}`),
        ]
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

/** Those of no container. A lab that runs just now keeps its own. */
async function unusedImages(): Promise<Pruned> {
  const containers = await findAllCurrent();
  const unneeded = keptRootfs().filter((directory) => !containers.some(needImage(directory)));
  const sizes = unneeded.map((directory) => [fileBytes(directory), discardUnused(directory)] as const);
  const removed = sizes.filter(([, isGone]) => isGone);
  const bytes = removed.reduce((sum, [size]) => sum + size, 0);
  return { heading: 'Deleted Images:', names: removed.map(() => 'untagged: busybox:latest'), bytes };
}
