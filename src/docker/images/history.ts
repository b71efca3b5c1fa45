import { chainIds } from '../../image/ids.js';
import type { HistoryEntry } from '../../image/manifest.js';
import type { Image } from '../../image/store/images.js';
import { hasLayer } from '../../image/store/layers.js';
import { layerSize } from '../../image/store/sizes.js';
import { ago } from '../output/durations.js';
import type { Headings } from '../output/format.js';
import { decimalSize } from '../output/sizes.js';
import { shortImageId } from './rows.js';

/** A line of `tslab history`, with Docker's names. */
export interface HistoryRow {
  readonly Comment: string;
  readonly CreatedAt: string;
  readonly CreatedBy: string;
  readonly CreatedSince: string;
  readonly ID: string;
  readonly Size: string;
}

export const HISTORY_HEADINGS: Headings<HistoryRow> = {
  Comment: 'COMMENT',
  CreatedAt: 'CREATED AT',
  CreatedBy: 'CREATED BY',
  CreatedSince: 'CREATED',
  ID: 'IMAGE',
  Size: 'SIZE',
};

/** How lines are written: at a moment (milliseconds), not cut, times and sizes in words. */
export interface Showing {
  readonly now: number;
  readonly whole: boolean;
  readonly human: boolean;
}

/** How an image came about, the last step first. Only its own step has an ID: those before are of other machines' images, if of any. */
export function historyRows({ id, config }: Image, showing: Showing): HistoryRow[] {
  const entries = config.history ?? [];
  const sizes = sizesOf(config.rootfs.diff_ids);
  const rows = entries.map((entry) => rowOf(entry, entry.empty_layer ? 0 : (sizes.shift() ?? 0), showing));
  return rows.reverse().map((row, i) => ({ ...row, ID: i === 0 ? shortImageId(id, showing.whole) : '<missing>' }));
}

/** Bytes of the files of each layer, the lowest first. */
function sizesOf(diffIds: Parameters<typeof chainIds>[0]): number[] {
  return chainIds(diffIds).map((chain) => (hasLayer(chain) ? layerSize(chain) : 0));
}

function rowOf(entry: HistoryEntry, size: number, { now, whole, human }: Showing): HistoryRow {
  const { created = '', created_by: by = '', comment = '' } = entry;
  const since = created === '' ? 'N/A' : ago(created, now);
  const text = by.replaceAll('\t', ' ');
  return {
    Comment: comment,
    CreatedAt: created,
    CreatedBy: whole || text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`,
    CreatedSince: human ? since : created,
    ID: '',
    Size: human ? decimalSize(size, 3) : `${size}`,
  };
}

/** Characters of CREATED BY. */
const LONGEST = 45;
