import type { Digest } from '../digest.js';
import { chainIds } from '../ids.js';
import { PATH } from '../local/layer.js';
import type { HistoryEntry, ImageSettings } from '../manifest.js';
import type { Image } from '../store/images.js';
import { lowerDirectories } from '../store/layers.js';
import { newImage } from '../store/new-image.js';
import type { CachedLayer } from './cache/entry.js';

/** An image while it is built: each instruction makes another of it. */
export interface Draft {
  /** The image that its first stage begins with. */
  readonly base: Image | undefined;
  /** What was added to it, the lowest first. */
  readonly layers: readonly CachedLayer[];
  readonly history: readonly HistoryEntry[];
  readonly settings: ImageSettings;
  readonly author?: string;
}

/** What FROM comes to: an image as it is, or nothing. */
export function draftOf(base: Image | undefined): Draft {
  return { base, layers: [], history: [], settings: base ? (base.config.config ?? {}) : OF_SCRATCH };
}

/** As with BuildKit (dockerfile2llb, emptyImage): so that ENV PATH=$PATH:… adds to something. */
const OF_SCRATCH: ImageSettings = { Env: [PATH], WorkingDir: '/' };

export function diffIdsOf({ base, layers }: Draft): Digest[] {
  return [...(base?.config.rootfs.diff_ids ?? []), ...layers.map(({ diffId }) => diffId)];
}

/** The chain ID of its layers: what all that is made on them depends on. */
export function chainOf(draft: Draft): string {
  return chainIds(diffIdsOf(draft)).at(-1) ?? 'scratch';
}

/** Its directories, topmost first, as they are unpacked. */
export function directoriesOf(draft: Draft): string[] {
  return lowerDirectories(chainIds(diffIdsOf(draft)));
}

/** Writes it as an image, which has no name yet. Throws UserError. */
export function finishDraft({ base, layers, history, settings, author }: Draft): Image {
  const created = history.at(-1)?.created ?? base?.config.created;
  return newImage({
    ...{ parent: base, layers, history, author, settings: (ofBase: ImageSettings) => ({ ...ofBase, ...settings }) },
    ...(created === undefined ? {} : { created }),
  });
}
