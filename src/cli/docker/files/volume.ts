import { volumeUsers } from '../../../container/store/used-volumes.js';
import { collectFilter } from '../../../docker/filters/filter.js';
import { parseVolumeFilters } from '../../../docker/filters/volumes.js';
import { renderRows } from '../../../docker/output/format.js';
import { renderTemplate } from '../../../docker/output/template.js';
import { inspectedVolume, renderVolumes, VOLUME_HEADINGS, volumeRow } from '../../../docker/output/volumes.js';
import { print } from '../../../terminal/output.js';
import { visibleJson } from '../../../view/text/visible.js';
import { createVolume, findVolume, listVolumes, pruneVolumes, removeVolume } from '../../../volume/volumes.js';
import type { Define } from '../../command.js';
import { confirm, renderPruned } from '../control/prune.js';
import { forEach, tellingErrors } from '../shared/errors.js';

/** `tslab volume create|ls|rm|inspect|prune` */
export const define: Define = (volume, choose) => {
  volume.description('Manage volumes: directories that outlive containers.');
  const add = (name: string, what: string) => volume.command(name).description(what);
  add('create [name]', 'make a volume, unless it exists; an anonymous one without a name').action((name?: string) =>
    choose(() => tellingErrors(() => create(name))),
  );
  add('ls', 'list volumes')
    .alias('list')
    .option('-q, --quiet', 'names only')
    .option(
      '-f, --filter <what=value>',
      'only some: name=PATTERN, dangling=true, driver=local, label=…',
      collectFilter,
      [],
    )
    .option('--format <format>', 'json: one object a line; a template: {{.Name}}; or table and a template')
    .action((options: ListOptions) => choose(() => tellingErrors(() => list(options))));
  add('rm <volume...>', 'remove volumes that no container uses')
    .alias('remove')
    .action((names: string[]) => choose(() => remove(names)));
  add('inspect <volume...>', 'show all that is known of volumes')
    .option('-f, --format <template>', 'only a field: {{.Mountpoint}}')
    .action((names: string[], { format }: { format?: string }) =>
      choose(() => (format === undefined ? inspect(names) : inspectFields(names, format))),
    );
  add('prune', 'remove anonymous volumes that no container uses')
    .option('-a, --all', 'named ones as well')
    .option('-f, --force', 'do not ask')
    .action((options: PruneOptions) => choose(() => tellingErrors(() => prune(options))));
};

interface ListOptions {
  readonly quiet?: true;
  readonly filter: readonly string[];
  readonly format?: string;
}

interface PruneOptions {
  readonly all?: true;
  readonly force?: true;
}

async function create(name: string | undefined): Promise<number> {
  print(`${createVolume(name).name}\n`);
  return 0;
}

async function list({ quiet, filter, format }: ListOptions): Promise<number> {
  const volumes = listVolumes().filter(parseVolumeFilters(filter));
  if (quiet) print(volumes.map(({ name }) => `${name}\n`).join(''));
  else if (format === undefined || format === 'table') print(renderVolumes(volumes));
  else print(renderRows(format, volumes.map(volumeRow), VOLUME_HEADINGS));
  return 0;
}

function remove(names: readonly string[]): Promise<number> {
  return forEach(names, async (name) => {
    removeVolume(name, volumeUsers());
    print(`${name}\n`);
  });
}

async function inspect(names: readonly string[]): Promise<number> {
  const found: object[] = [];
  const status = await forEach(names, async (name) => {
    found.push(inspectedVolume(findVolume(name)));
  });
  print(`${visibleJson(found, 4)}\n`);
  return status;
}

function inspectFields(names: readonly string[], format: string): Promise<number> {
  return forEach(names, async (name) => {
    print(`${renderTemplate(format, inspectedVolume(findVolume(name)))}\n`);
  });
}

async function prune({ all, force }: PruneOptions): Promise<number> {
  const which = all ? 'all' : 'anonymous';
  if (!force && !(await confirm(`This will remove ${which} local volumes not used by at least one container.`))) {
    return 0;
  }
  const { removed, bytes } = pruneVolumes(volumeUsers(), all);
  const names = removed.map(({ name }) => name);
  print(renderPruned('Deleted Volumes:', names, bytes));
  return 0;
}
