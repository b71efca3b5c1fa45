import { isRunning } from '../../container/state.js';
import type { Container } from '../../container/store/store.js';
import { removeBuildCache } from '../../image/build/cache/remove.js';
import { familiarName, parseReference, storedName } from '../../image/reference.js';
import { collectGarbage, type Freed } from '../../image/store/gc.js';
import { findImage, type Image, listImages } from '../../image/store/images.js';
import { removeUnfinished } from '../../image/store/sweep-ingests.js';
import { removeFromIndex, removeName } from '../../image/store/unname.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { containersOf } from './of-container.js';
import { neededByContainers } from './roots.js';
import { tellImage } from './tell.js';

/** What was taken from an image. */
export interface Removed {
  readonly image: Image;
  readonly untagged: readonly string[];
  /** False: it has other names, or a container needs it, and stays without a name. */
  readonly isDeleted: boolean;
}

/**
 * Removes an image, or one of several names of it. One of which containers are made stays, and with `force` only its name goes. Throws UserError (1), in
 * the words of Docker (moby, daemon/images/image_delete.go).
 */
export function removeImage(given: string, containers: readonly Container[], force: boolean): Removed {
  const image = findImage(given);
  const name = image.names.find((one) => one === nameIn(given));
  const users = containersOf(image, containers);
  if (name !== undefined && image.names.length > 1) return untag(image, [name], false);
  const running = users.find(({ state }) => isRunning(state));
  if (name === undefined && running) throw usedByRunning(given, running);
  if (!force) refuseNeeded({ given, image, name, users });
  return untag(image, image.names, users.length === 0);
}

/** Said where nothing could be freed. */
export const BEING_MADE =
  'images are being made just now: what nothing needs any more stays until `tslab image prune`.';

/** Removes what no image, container or build needs. Undefined where images are being made just now. */
export function freeUnneeded(): Freed | undefined {
  return collectGarbage(neededByContainers);
}

/** What `prune -a` removes besides: what builds keep for later ones, and blobs that came in part. Returns how many bytes that gave back. */
export function freeKept(): number {
  return (removeBuildCache() ?? 0) + removeUnfinished();
}

interface Asked {
  readonly given: string;
  readonly image: Image;
  /** Undefined: an ID was given. */
  readonly name: string | undefined;
  readonly users: readonly Container[];
}

function refuseNeeded({ given, image, name, users: [user] }: Asked): void {
  if (name === undefined && image.names.length > 1)
    throw refusal(`unable to delete ${given} (must be forced) - image is referenced in multiple repositories`);
  if (!user) return;
  if (name === undefined)
    throw refusal(
      `unable to delete ${given} (must be forced) - image is being used by stopped container ${shortId(user)}`,
      user,
    );
  const reference = `unable to remove repository reference "${given}" (must force)`;
  throw refusal(`${reference} - container ${shortId(user)} is using its referenced image ${shortOf(image)}`, user);
}

function usedByRunning(given: string, user: Container): UserError {
  const what = `unable to delete ${given} (cannot be forced) - image is being used by running container ${shortId(user)}`;
  const { name } = user.config;
  return new UserError(`conflict: ${what}`, 1, `First tslab stop ${name}, then tslab rm ${name}.`);
}

function refusal(what: string, user?: Container): UserError {
  const remedy = user ? removal(user) : 'tslab rmi NAME, or -f.';
  return new UserError(`conflict: ${what}`, 1, remedy);
}

function removal({ config: { name }, state }: Container): string {
  const stop = isRunning(state) ? `tslab stop ${name}, ` : '';
  return `${stop}tslab rm ${name}, or rmi -f: the image stays without a name.`;
}

function untag(image: Image, names: readonly string[], isDeleted: boolean): Removed {
  for (const name of names) removeName(name, true);
  if (isDeleted) removeFromIndex(image.descriptor.digest);
  const untagged = names.map(familiarName);
  for (const name of untagged) tellImage('untag', image, name);
  if (isDeleted) tellImage('delete', image);
  return { image, untagged, isDeleted };
}

function shortId({ config: { id } }: Container): string {
  return id.slice(0, 12);
}

function shortOf({ id }: Image): string {
  return id.slice('sha256:'.length).slice(0, 12);
}

/** An ID is no name, though it may look like one. */
function nameIn(given: string): string | undefined {
  try {
    return storedName(parseReference(given));
  } catch {
    return undefined;
  }
}

/** What a prune has removed, in the words of Docker; `freed` as of {@link freeUnneeded}. */
export interface Pruned {
  readonly names: readonly string[];
  readonly freed: Freed | undefined;
}

/** Removes the images that are wanted gone, and that no container is made of; and all that nothing needs. */
export function pruneImages(containers: readonly Container[], isWanted: (image: Image) => boolean): Pruned {
  const unused = listImages().filter((image) => isWanted(image) && containersOf(image, containers).length === 0);
  const names = unused.flatMap((image) => {
    const { untagged } = untag(image, image.names, true);
    return [...untagged.map((name) => `untagged: ${name}`), `deleted: ${image.id}`];
  });
  return { names, freed: freeUnneeded() };
}
