import { join } from 'node:path';
import { isRunning } from '../../../container/state.js';
import type { Container } from '../../../container/store/store.js';
import { volumeUsers } from '../../../container/store/used-volumes.js';
import { renderUsage, type Taken, USAGE_HEADINGS, usageRows } from '../../../docker/output/disk-usage.js';
import { PS_HEADINGS, psRows } from '../../../docker/output/ps.js';
import { decimalSize } from '../../../docker/output/sizes.js';
import { renderTable } from '../../../docker/output/table.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { keptRootfs } from '../../../rootfs/retire.js';
import { fileBytes } from '../../../state/tree.js';
import { print } from '../../../terminal/output.js';
import { isPlain, listVolumes } from '../../../volume/volumes.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { findAllCurrent } from '../shared/find.js';
import { needImage } from './images.js';

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
  const usage = { images: images(containers), containers: containers.map(layer), volumes: volumes() };
  if (verbose) print(renderEach(usage));
  else if (format === undefined || format === 'table') print(renderUsage(usage));
  else print((await import('../../../docker/output/format.js')).renderRows(format, usageRows(usage), USAGE_HEADINGS));
  return 0;
}

interface Image extends Taken {
  readonly users: number;
}

interface Layer extends Taken {
  readonly container: Container;
}

interface KeptVolume extends Taken {
  readonly name: string;
  readonly users: number;
}

function images(containers: readonly Container[]): Image[] {
  return keptRootfs().map((directory) => {
    const users = containers.filter(needImage(directory)).length;
    return { size: fileBytes(directory), users, isActive: users > 0 };
  });
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
  readonly images: readonly Image[];
  readonly containers: readonly Layer[];
  readonly volumes: readonly KeptVolume[];
}

function renderEach({ images, containers, volumes }: All): string {
  const imageRows = images.map(({ size, users }) => ['busybox', 'latest', decimalSize(size), `${users}`]);
  const volumeRows = volumes.map(({ name, size, users }) => [name, `${users}`, decimalSize(size)]);
  return [
    `Images space usage:\n\n${renderTable(['REPOSITORY', 'TAG', 'SIZE', 'CONTAINERS'], imageRows)}`,
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
