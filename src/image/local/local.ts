/** Images that are made of what this host has, at their first use: nothing is downloaded, and each has a manifest as any other. */
import { programDirectories } from '../../kernel/files/program-path.js';
import { keyOf } from '../../rootfs/keep.js';
import { rootfsSource } from '../../rootfs/rootfs.js';
import type { Digest } from '../digest.js';
import { type HistoryEntry, type ImageConfig, OCI_CONFIG, OCI_LAYER } from '../manifest.js';
import { fullName, parseReference } from '../reference.js';
import { type Image, imageOf, listImages, nameImage } from '../store/images.js';
import { keepJson, keepManifestOf } from '../store/keep.js';
import { unpackImage } from '../store/new-layer.js';
import { type LocalLayer, PATH } from './layer.js';
import { keepLayer } from './layer-blob.js';
import { nodeLayer } from './node.js';
import { pythonLayer } from './python.js';

/** The layers of each image, the lowest first. Throws UserError (3) where this host does not have what one is made of. */
const LOCAL: Readonly<Record<string, () => readonly LocalLayer[]>> = {
  busybox: () => [baseLayer()],
  'tslab/node': () => [baseLayer(), nodeLayer()],
  'tslab/python': () => [baseLayer(), pythonLayer(programDirectories())],
};

/** What can be made here. */
export const LOCAL_NAMES = Object.keys(LOCAL);

function baseLayer(): LocalLayer {
  return { source: rootfsSource(), settings: { Env: [PATH], Cmd: ['sh'] } };
}

/**
 * The image of this name that is made of what the host has: the one that was made before, or a new one where the host's files have changed
 * since. Undefined where the name is of no such image, or somebody has given it to another. Throws UserError (3).
 *
 * `busybox` becomes `tslab/busybox`: who pulls busybox gets that.
 */
export async function localImage(name: string): Promise<Image | undefined> {
  const short = name.replace(/:latest$/, '');
  const layersOf = Object.hasOwn(LOCAL, short) ? LOCAL[short] : undefined;
  if (!layersOf) return undefined;
  const full = fullName(parseReference(short === 'busybox' ? 'tslab/busybox' : short));
  const present = listImages().find(({ names }) => names.includes(full));
  if (present && !isMadeHere(present)) return undefined;
  const layers = layersOf();
  return present && commentOf(present) === madeOf(layers) ? present : make(full, layers);
}

const MARK = 'made by tslab of files of this host: ';

function isMadeHere(image: Image): boolean {
  return commentOf(image)?.startsWith(MARK) ?? false;
}

function commentOf({ config }: Image): string | undefined {
  return config.history?.at(-1)?.comment;
}

/** Where a file of the host changes, this does. */
function madeOf(layers: readonly LocalLayer[]): string {
  return `${MARK}${layers.map(({ source }) => keyOf(source)).join(' ')}`;
}

async function make(name: string, layers: readonly LocalLayer[]): Promise<Image> {
  const sources = layers.map(({ source }) => source);
  const kept = sources.map((source, i) => keepLayer(source, sources.slice(0, i)));
  const created = new Date(Math.max(...kept.map(({ changed }) => changed))).toISOString();
  const history = sources.map(({ origin }): HistoryEntry => ({ created, created_by: `tslab: ${origin}` }));
  const config: ImageConfig = {
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    created,
    config: Object.assign({}, ...layers.map(({ settings }) => settings)),
    rootfs: { diff_ids: kept.map(({ digest }) => digest) },
    history: [...history.slice(0, -1), { ...history.at(-1), comment: madeOf(layers) }],
  };
  const image = imageOf(keepManifest(config, kept), [name]);
  await unpackImage(image);
  nameImage(image.descriptor, name);
  return image;
}

function keepManifest(config: ImageConfig, kept: readonly { digest: Digest; size: number }[]) {
  // A Docker tool reads `type` here; the layers are not compressed, so that they are named by their diff IDs.
  const withType = { ...config, rootfs: { type: 'layers', ...config.rootfs } };
  const layers = kept.map(({ digest, size }) => ({ mediaType: OCI_LAYER, digest, size }));
  return keepManifestOf(keepJson(OCI_CONFIG, withType), layers);
}
