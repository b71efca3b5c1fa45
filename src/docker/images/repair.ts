import { isRunning } from '../../container/state.js';
import type { Container } from '../../container/store/store.js';
import type { Digest } from '../../image/digest.js';
import { familiarName } from '../../image/reference.js';
import { holdStore } from '../../image/store/hold.js';
import { type Image, isUnpacked, listImages, readImages } from '../../image/store/images.js';
import { layerDirectory } from '../../image/store/layers.js';
import { unpackImage } from '../../image/store/new-layer.js';
import { removeDamaged } from '../../image/store/repair.js';
import { type Damage, missingLayers, verifyBlobs, verifyLayers } from '../../image/store/verify.js';
import { UserError } from '../../kernel/errors/user-error.js';

/** What is wrong in the store. */
export interface FoundDamage {
  /** All of it, one each. */
  readonly sentences: readonly string[];
  /** What can be removed. */
  readonly damage: readonly Damage[];
  /** Names, or else IDs, of images of which something is not there. */
  readonly lacking: readonly string[];
  /** How many there are. */
  readonly images: number;
}

export async function findDamage(): Promise<FoundDamage> {
  // Nothing is removed while it is read.
  using _held = holdStore();
  const blobs: Damage[] = [];
  for await (const one of verifyBlobs()) blobs.push(one);
  const { images, damaged: unreadable } = readImages();
  const lacking = images
    .map((image) => ({ ...image, missing: missingLayers(image) }))
    .filter(({ missing }) => missing.length > 0);
  const layers: Damage[] = [];
  const names = blobs.map(({ name }): Digest => `sha256:${name}`);
  for await (const one of verifyLayers(images, names)) layers.push(one);
  return {
    sentences: [
      ...blobs.map(({ what }) => what),
      ...unreadable.flatMap((image) => namesOf(image).map((name) => `${name}: ${image.error.message}`)),
      ...lacking.flatMap((image) =>
        image.missing.map((digest) => `${namesOf(image)[0]}: the layer ${digest} is missing`),
      ),
      ...layers.map(({ what }) => what),
    ],
    damage: [...blobs, ...layers],
    lacking: [...unreadable, ...lacking].flatMap(namesOf),
    images: images.length + unreadable.length,
  };
}

function namesOf({ names, descriptor }: Pick<Image, 'names' | 'descriptor'>): readonly string[] {
  return names.length > 0 ? names.map(familiarName) : [descriptor.digest];
}

/**
 * Removes what is damaged, and unpacks layers again whose archives are there. Returns the names of images of which something is missing then. Throws
 * UserError, where containers run on it too.
 */
export async function repairStore(
  { damage }: FoundDamage,
  containers: readonly Container[],
): Promise<{ readonly lacking: readonly string[]; readonly notes: readonly string[] }> {
  refuseRunning(damage, containers);
  const gone = removeDamaged(damage);
  if (!gone) throw new UserError('images are being made just now', 1, 'Try again when they are.');
  using _held = holdStore();
  const images = listImages();
  const isWhole = (image: Image) => missingLayers(image).length === 0;
  const notes: string[] = [];
  for (const image of images.filter((one) => isWhole(one) && !isUnpacked(one)))
    notes.push(...(await unpackImage(image)));
  return { lacking: [...gone.map(familiarName), ...images.filter((one) => !isWhole(one)).flatMap(namesOf)], notes };
}

/** What an overlay does whose layers are changed nobody says (overlayfs.rst, "Changes to underlying filesystems"). */
function refuseRunning(damage: readonly Damage[], containers: readonly Container[]): void {
  const layers = damage.filter(({ kind }) => kind === 'layer').map(({ name }) => layerDirectory(`sha256:${name}`));
  const uses = ({ config }: Container) => config.layers.some((one) => layers.includes(one.replace(/\/diff$/, '')));
  const running = containers.filter((one) => isRunning(one.state) && uses(one)).map(({ config }) => config.name);
  if (running.length === 0) return;
  throw new UserError(`containers run on a damaged layer: ${running.join(', ')}`, 1, `tslab stop ${running.join(' ')}`);
}
