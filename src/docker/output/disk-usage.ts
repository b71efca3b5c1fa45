import { decimalSize } from './sizes.js';
import { renderTable } from './table.js';

/** One thing that takes room: an image, a container's writable layer, a volume. */
export interface Taken {
  /** Bytes on the disk. */
  readonly size: number;
  /** Whether a container needs it; of a container, whether it runs. */
  readonly isActive: boolean;
}

export type Usage = Readonly<Record<'images' | 'containers' | 'volumes', readonly Taken[]>>;

/** Docker's headings. */
export const USAGE_HEADINGS = {
  Type: 'TYPE',
  TotalCount: 'TOTAL',
  Active: 'ACTIVE',
  Size: 'SIZE',
  Reclaimable: 'RECLAIMABLE',
} as const;

/** The lines of `docker system df`, with the names of `--format json`. */
export function usageRows({ images, containers, volumes }: Usage): Record<keyof typeof USAGE_HEADINGS, string>[] {
  return [
    usageRow('Images', images),
    usageRow('Containers', containers),
    usageRow('Local Volumes', volumes),
    usageRow('Build Cache', []),
  ];
}

function usageRow(type: string, all: readonly Taken[]) {
  const bytes = (some: readonly Taken[]) => some.reduce((sum, { size }) => sum + size, 0);
  const [size, reclaimable] = [bytes(all), bytes(all.filter(({ isActive }) => !isActive))];
  const share = size > 0 ? ` (${Math.floor((reclaimable * 100) / size)}%)` : '';
  return {
    Type: type,
    TotalCount: `${all.length}`,
    Active: `${all.filter(({ isActive }) => isActive).length}`,
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
