import { parseNetworkFilters, parseNetworkPruneFilters } from '../../../docker/filters/networks.js';
import { pruneShownNetworks, shownNetworks } from '../../../docker/networks.js';
import { NETWORK_HEADINGS, networkRow, renderNetworks } from '../../../docker/output/networks.js';
import { print } from '../../../terminal/output.js';
import { confirm } from '../control/prune.js';

export interface ListOptions {
  readonly quiet?: true;
  /** False: `--no-trunc`. */
  readonly trunc: boolean;
  readonly filter: readonly string[];
  readonly format?: string;
}

/** `tslab network ls` */
export async function list({ quiet, trunc, filter, format }: ListOptions): Promise<number> {
  const networks = shownNetworks().filter(parseNetworkFilters(filter));
  const rows = networks.map((one) => networkRow(one, !trunc));
  if (quiet) print(rows.map(({ ID }) => `${ID}\n`).join(''));
  else if (format === undefined || format === 'table') print(renderNetworks(networks, !trunc));
  else {
    const { renderRows } = await import('../../../docker/output/format.js');
    print(renderRows(format, rows, NETWORK_HEADINGS));
  }
  return 0;
}

export interface PruneOptions {
  readonly force?: true;
  readonly filter: readonly string[];
}

/** `tslab network prune` */
export async function prune({ force, filter }: PruneOptions): Promise<number> {
  const isWanted = parseNetworkPruneFilters(filter);
  const warning = 'This will remove all custom networks not used by at least one container.';
  if (!force && !(await confirm(warning))) return 0;
  const names = pruneShownNetworks(isWanted);
  // Unlike other things they take no room, so docker tells of none.
  print(names.length > 0 ? `${['Deleted Networks:', ...names].join('\n')}\n\n` : '');
  return 0;
}
