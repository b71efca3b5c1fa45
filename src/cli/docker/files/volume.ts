import { volumeUsers } from '../../../container/store/used-volumes.js';
import { collectFilter } from '../../../docker/filters/filter.js';
import { parseVolumeFilters, parseVolumePruneFilters } from '../../../docker/filters/volumes.js';
import { parseLabels } from '../../../docker/options/labels.js';
import { inspectedVolume, renderVolumes, VOLUME_HEADINGS, volumeRow } from '../../../docker/output/volumes.js';
import { print } from '../../../terminal/output.js';
import { checkDriver } from '../../../volume/driver.js';
import {
  createVolume,
  findVolume,
  listVolumes,
  lookUpVolume,
  pruneVolumes,
  removeVolume,
} from '../../../volume/volumes.js';
import { collect, type Define } from '../../command.js';
import { confirm, renderPruned } from '../control/prune.js';
import { forEach, tellingErrors } from '../shared/errors.js';
import { inspectEach } from '../shared/inspect-each.js';

/** `tslab volume create|ls|rm|inspect|prune` */
export const define: Define = (volume, choose) => {
  volume.description('Manage volumes: directories that outlive containers.');
  const add = (name: string, what: string) => volume.command(name).description(what);
  add('create [name]', 'make a volume, unless it exists; an anonymous one without a name')
    .option('-d, --driver <name>', 'local, which is the only one', 'local')
    .option(
      '-o, --opt <option>',
      'what it mounts: type=tmpfs, device=tmpfs, o=size=64m; each with a -o of its own',
      collect,
    )
    .option('--label <label>', 'KEY=VALUE, or KEY: noted on it, for `volume ls -f label=…`', collect)
    .action((name: string | undefined, options: CreateOptions) =>
      choose(() => tellingErrors(() => create(name, options))),
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
    .option('--format <format>', 'json: one object a line; a template of Go: {{.Name}}; or table and a template')
    .action((options: ListOptions) => choose(() => tellingErrors(() => list(options))));
  add('rm <volume...>', 'remove volumes that no container uses')
    .alias('remove')
    .option('-f, --force', 'what is not there is fine')
    .action((names: string[], { force }: { force?: true }) => choose(() => remove(names, force)));
  add('inspect <volume...>', 'show all that is known of volumes')
    .option('-f, --format <template>', 'json, or a template of Go: {{.Mountpoint}}')
    .action((names: string[], { format }: { format?: string }) =>
      choose(() => inspectEach(names, format, async (name) => inspectedVolume(findVolume(name)))),
    );
  add('prune', 'remove anonymous volumes that no container uses; those with options stay')
    .option('-a, --all', 'named ones as well')
    .option('-f, --force', 'do not ask')
    .option('--filter <what=value>', 'only some: label=…, label!=…', collectFilter, [])
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
  readonly filter: readonly string[];
}

interface CreateOptions {
  readonly driver: string;
  readonly opt?: readonly string[];
  readonly label?: readonly string[];
}

async function create(name: string | undefined, { driver, opt = [], label = [] }: CreateOptions): Promise<number> {
  const options = Object.fromEntries(opt.map((word) => [...word.split(/=(.*)/s), ''].slice(0, 2)));
  checkDriver(name ?? 'a volume', driver, options);
  print(`${createVolume(name || undefined, { labels: parseLabels([], label), options }).name}\n`);
  return 0;
}

async function list({ quiet, filter, format }: ListOptions): Promise<number> {
  const volumes = listVolumes().filter(parseVolumeFilters(filter));
  if (quiet) print(volumes.map(({ name }) => `${name}\n`).join(''));
  else if (format === undefined || format === 'table') print(renderVolumes(volumes));
  else {
    const { renderRows } = await import('../../../docker/output/format.js');
    print(renderRows(format, volumes.map(volumeRow), VOLUME_HEADINGS));
  }
  return 0;
}

function remove(names: readonly string[], force = false): Promise<number> {
  return forEach(names, async (name) => {
    if (!force || lookUpVolume(name)) removeVolume(name, volumeUsers());
    print(`${name}\n`);
  });
}

async function prune({ all, force, filter }: PruneOptions): Promise<number> {
  const isWanted = parseVolumePruneFilters(filter, all);
  const which = all ? 'all' : 'anonymous';
  if (!force && !(await confirm(`This will remove ${which} local volumes not used by at least one container.`))) {
    return 0;
  }
  const { removed, bytes } = pruneVolumes(volumeUsers(), isWanted);
  const names = removed.map(({ name }) => name);
  print(renderPruned('Deleted Volumes:', names, bytes));
  return 0;
}
