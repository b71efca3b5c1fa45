import { join } from 'node:path';
import { isRunning } from '../../../container/state.js';
import type { Container } from '../../../container/store/store.js';
import { volumeUsers } from '../../../container/store/used-volumes.js';
import { imageUsage } from '../../../docker/images/usage.js';
import {
  renderUsage,
  type Taken,
  USAGE_HEADINGS,
  type Used,
  usageRows,
  usedBy,
} from '../../../docker/output/disk-usage.js';
import { IMAGE_USAGE_HEADINGS, imageUsageRows, madeUsageRow } from '../../../docker/output/image-usage.js';
import { PS_HEADINGS, psRows } from '../../../docker/output/ps.js';
import { decimalSize } from '../../../docker/output/sizes.js';
import { renderTable } from '../../../docker/output/table.js';
import { listCache } from '../../../image/build/cache/entry.js';
import { buildCacheSize } from '../../../image/build/cache/remove.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { keptRootfs } from '../../../rootfs/retire.js';
import { fileBytes } from '../../../state/tree.js';
import { print } from '../../../terminal/output.js';
import { isPlain, listVolumes } from '../../../volume/volumes.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { findAllCurrent } from '../shared/find.js';
import { hasStore, needImage } from './images.js';

interface DfOptions {
  readonly verbose?: true;
  readonly format?: string;
}

/** `tslab system df` */
export const define: Define = (command, choose) =>
  command
    .description('Show how much room images, containers and volumes take, and how much of it a prune would give back.')
    .option('-v, --verbose', 'each of them')
    .option('--format <format>', 'json: one object a line; a template: {{.Type}} {{.Size}}; or table and a template')
    .action((options: DfOptions) => choose(() => tellingErrors(() => df(options))));

async function df({ verbose, format }: DfOptions): Promise<number> {
  if (verbose && format !== undefined) throw new UserError('--verbose has no --format', 2, 'Leave one of them out.');
  const containers = await findAllCurrent();
  const all = { images: images(containers), containers: containers.map(layer), volumes: volumes() };
  const usage = {
    images: all.images.used,
    containers: usedBy(all.containers),
    volumes: usedBy(all.volumes),
    buildCache: buildCache(),
  };
  if (verbose) print(renderEach(all));
  else if (format === undefined || format === 'table') print(renderUsage(usage));
  else print((await import('../../../docker/output/format.js')).renderRows(format, usageRows(usage), USAGE_HEADINGS));
  return 0;
}

interface Layer extends Taken {
  readonly container: Container;
}

interface KeptVolume extends Taken {
  readonly name: string;
  readonly users: number;
}

/** Those of the store, and the root filesystems that are made without one. */
function images(containers: readonly Container[]) {
  const made = keptRootfs().map((directory) => {
    const users = containers.filter(needImage(directory)).length;
    return { size: fileBytes(directory), users, isActive: users > 0 };
  });
  const { each, size, reclaimable } = hasStore() ? imageUsage(containers) : { each: [], size: 0, reclaimable: 0 };
  const used = usedBy(made);
  const active = each.filter(({ users }) => users > 0).length;
  return {
    rows: [...each.flatMap(imageUsageRows), ...made.map(({ size, users }) => madeUsageRow(size, users))],
    used: {
      total: used.total + each.length,
      active: used.active + active,
      size: used.size + size,
      reclaimable: used.reclaimable + reclaimable,
    },
  };
}

/** What builds keep for later ones; layers of steps are those of images. */
function buildCache(): Used {
  if (!hasStore()) return usedBy([]);
  const size = buildCacheSize();
  return { total: listCache().length, active: 0, size, reclaimable: size };
}

/** What a container has written itself. */
function layer(container: Container): Layer {
  return { container, size: fileBytes(join(container.directory, 'upper')), isActive: isRunning(container.state) };
}

/** As in Docker without those that have options: their files are elsewhere. */
function volumes(): KeptVolume[] {
  const usedBy = volumeUsers();
  return listVolumes()
    .filter(isPlain)
    .map(({ name, source }) => {
      const users = usedBy(name).length;
      return { name, size: fileBytes(source), users, isActive: users > 0 };
    });
}

interface All {
  readonly images: ReturnType<typeof images>;
  readonly containers: readonly Layer[];
  readonly volumes: readonly KeptVolume[];
}

function renderEach({ images, containers, volumes }: All): string {
  const volumeRows = volumes.map(({ name, size, users }) => [name, `${users}`, decimalSize(size)]);
  return [
    `Images space usage:\n\n${renderTable(IMAGE_USAGE_HEADINGS, images.rows)}`,
    `Containers space usage:\n\n${renderLayers(containers)}`,
    `Local Volumes space usage:\n\n${renderTable(['VOLUME NAME', 'LINKS', 'SIZE'], volumeRows)}`,
  ].join('\n');
}

const COLUMNS = ['ID', 'Image', 'Command', 'LocalVolumes', 'Size', 'RunningFor', 'Status', 'Names'] as const;

function renderLayers(layers: readonly Layer[]): string {
  const rows = psRows(
    layers.map(({ container }) => container),
    Date.now(),
    false,
  ).map((row, i) => COLUMNS.map((column) => (column === 'Size' ? decimalSize(layers[i]?.size ?? 0) : row[column])));
  return renderTable(
    COLUMNS.map((column) => PS_HEADINGS[column]),
    rows,
  );
}
