import {
  type Descriptor,
  type HistoryEntry,
  type ImageConfig,
  type ImageSettings,
  OCI_CONFIG,
  OCI_LAYER,
} from '../manifest.js';
import { ownPlatform } from '../platform.js';
import { timeOfMaking } from '../source-date.js';
import type { NewLayer } from './commit-layer.js';
import { type Image, imageOf } from './images.js';
import { keepJson, keepManifestOf } from './keep.js';
import { readBlob } from './layout.js';

/** An image that is to be, on the layers of another, or on none. */
export interface ImageToBe {
  /** Undefined: it has only its own layers. */
  readonly parent: Image | undefined;
  /** The lowest first. */
  readonly layers: readonly Pick<NewLayer, 'diffId' | 'descriptor'>[];
  /** What is added to the history; each without a time gets that of the image. */
  readonly history: readonly HistoryEntry[];
  /** What a container of it is, from what one of the parent is. */
  readonly settings?: (ofParent: ImageSettings) => ImageSettings;
  readonly author?: string | undefined;
  /** ISO 8601; by default now, or what SOURCE_DATE_EPOCH says. */
  readonly created?: string;
}

/**
 * Writes config and manifest of an image whose layers are in the store; it has no name yet ({@link nameImage} in images.ts). The same image
 * makes the same bytes. What the parent's config says otherwise stays in it, known here or not.
 */
export function newImage(image: ImageToBe): Image {
  const ofParent = image.parent?.manifest.layers.map(asOci) ?? [];
  const layers = [...ofParent, ...image.layers.map(({ descriptor }) => descriptor)];
  return imageOf(keepManifestOf(keepJson(OCI_CONFIG, configOf(image)), layers));
}

function configOf({ parent, layers, settings = same, author, history, created = timeOfMaking() }: ImageToBe): object {
  const {
    config,
    rootfs,
    history: past,
    ...rest
  } = parent ? rawConfig(parent) : { ...ownPlatform(), rootfs: NO_LAYERS };
  return {
    ...rest,
    created,
    ...(author === undefined ? {} : { author }),
    config: sorted(settings(config ?? {})),
    rootfs: { type: 'layers', diff_ids: [...rootfs.diff_ids, ...layers.map(({ diffId }) => diffId)] },
    history: [...(past ?? []), ...history.map((entry) => ({ created, ...entry }))],
  };
}

const NO_LAYERS: ImageConfig['rootfs'] = { diff_ids: [] };

function same(settings: ImageSettings): ImageSettings {
  return settings;
}

/** As it stands in the blob, which was parsed before. */
function rawConfig({ id }: Image): ImageConfig {
  return JSON.parse(readBlob(id).toString('utf8'));
}

/** Whatever was set first, the bytes are the same. */
function sorted(settings: ImageSettings): object {
  return Object.fromEntries(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A manifest of OCI names layers in OCI's words; Docker's mean the same (image-spec, media-types.md). */
function asOci({ mediaType, digest, size }: Descriptor): Descriptor {
  const [, codec = ''] =
    /^application\/vnd\.docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(\.\w+)?$/.exec(mediaType) ?? [];
  const isDockers = mediaType.startsWith('application/vnd.docker.');
  return { mediaType: isDockers ? OCI_LAYER + codec.replace('.', '+') : mediaType, digest, size };
}
