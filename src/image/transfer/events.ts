import type { Digest } from '../digest.js';

/** What a layer is at: first those of a pull, then those of a push. */
export type LayerState =
  | 'announced'
  | 'waiting'
  | 'downloading'
  | 'downloaded'
  | 'unpacking'
  | 'unpacked'
  | 'present'
  | 'preparing'
  | 'compressing'
  | 'pushing'
  | 'pushed'
  | 'mounted'
  | 'already there';

/** How far a layer is. */
export interface LayerProgress {
  readonly state: LayerState;
  /** Bytes of `total` that are done, while they come or go. */
  readonly done?: number;
  readonly total?: number;
  /** The repository that it was mounted from. */
  readonly from?: string;
}

/** What is told while an image is pulled or pushed; a layer is named by its blob. */
export type TransferEvent =
  | ({ readonly type: 'layer'; readonly digest: Digest } & LayerProgress)
  | { readonly type: 'retry'; readonly seconds: number; readonly why: string };

/** Is told what happens. */
export type Tell = (event: TransferEvent) => void;
