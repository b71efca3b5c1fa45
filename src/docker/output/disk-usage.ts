import { decimalSize } from './sizes.js';
import { renderTable } from './table.js';

/** One thing that takes room: a container's writable layer, a volume. */
export interface Taken {
  /** Bytes on the disk. */
  readonly size: number;
  /** Whether a container needs it; of a container, whether it runs. */
  readonly isActive: boolean;
}

/** Things of one kind: how many, of which in use, and their bytes, with those that a prune would give back. */
export interface Used {
  readonly total: number;
  readonly active: number;
  readonly size: number;
  readonly reclaimable: number;
}

/** Things that share nothing. */
export function usedBy(all: readonly Taken[]): Used {
  const bytes = (some: readonly Taken[]) => some.reduce((sum, { size }) => sum + size, 0);
  const idle = all.filter(({ isActive }) => !isActive);
  return { total: all.length, active: all.length - idle.length, size: bytes(all), reclaimable: bytes(idle) };
}

export type Usage = Readonly<Record<'images' | 'containers' | 'volumes' | 'buildCache', Used>>;

/** Docker's headings. */
export const USAGE_HEADINGS = {
  Type: 'TYPE',
  TotalCount: 'TOTAL',
  Active: 'ACTIVE',
  Size: 'SIZE',
  Reclaimable: 'RECLAIMABLE',
} as const;

/** The lines of `docker system df`, with the names of `--format json`. */
export function usageRows({
  images,
  containers,
  volumes,
  buildCache,
}: Usage): Record<keyof typeof USAGE_HEADINGS, string>[] {
  return [
    usageRow('Images', images),
    usageRow('Containers', containers),
    usageRow('Local Volumes', volumes),
    usageRow('Build Cache', buildCache),
  ];
}

function usageRow(type: string, { total, active, size, reclaimable }: Used) {
  const share = size > 0 ? ` (${Math.floor((reclaimable * 100) / size)}%)` : '';
  return {
    Type: type,
    TotalCount: `${total}`,
    Active: `${active}`,
    Size: decimalSize(size),
    Reclaimable: `${decimalSize(reclaimable)}${share}`,
  };
}

/** The table of `docker system df`. */
export function renderUsage(usage: Usage): string {
  return renderTable(
    Object.values(USAGE_HEADINGS),
    usageRows(usage).map((row) => Object.values(row)),
  );
}
