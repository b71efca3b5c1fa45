import { chmodSync, chownSync, closeSync, existsSync, fstatSync, renameSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { makeInitLayer } from '../../../labs/04-overlay/calls/init-layer.js';
import { fromEtc } from '../../image/store/stack.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { errorCode } from '../../kernel/errors/errno.js';
import { fnv1a } from '../../rootfs/keep.js';
import { Layers } from '../../rootfs/layers.js';
import { notWritable, stateDirectory } from '../../state/directories.js';
import { forget } from '../../state/ledger/ledger.js';
import { makeTemporary, removeTemporary } from '../../state/temporary.js';
import { refuseKernelPlace } from '../../volume/refuse-kernel-place.js';
import { ownersOnDisk } from '../users/owners.js';

/**
 * The layer of mount points (lab 04) that goes on an image's layers: in it /dev, /proc and /sys are directories whatever the image
 * has there. All images whose /etc looks the same share one. Throws UserError (2) where /etc leads to /proc or /sys.
 */
export function initLayerOf(layers: readonly string[]): string {
  return pathOf(look(layers));
}

/** The same, made where it is missing; it appears whole. Throws UserError (3) where the disk is full. */
export function ensureInitLayer(layers: readonly string[]): void {
  const etc = look(layers);
  if (existsSync(pathOf(etc))) return;
  const draft = makeTemporary(stateDirectory('init-layers'));
  try {
    makeInitLayer(draft, etc.place);
    for (const { path, ...owner } of etc.directories) keepOwner(join(draft, path), owner);
    renameSync(draft, pathOf(etc));
    forget('directory', draft);
  } catch (error) {
    removeTemporary(draft);
    // Somebody else was faster, and theirs is the same.
    if (!existsSync(pathOf(etc))) throw notWritable(draft, error);
  }
}

/** Where an image's /etc is, and of each directory on the way there what an overlay would show. */
interface Etc {
  readonly place: string;
  readonly directories: readonly ({ readonly path: string } & Owner)[];
}

type Owner = Readonly<Pick<Stats, 'mode' | 'uid' | 'gid'>>;

const looked = new WeakMap<readonly string[], Etc>();

/** What {@link lookAnew} finds; a start asks twice for the layers of its container. */
function look(layers: readonly string[]): Etc {
  const etc = looked.get(layers) ?? lookAnew(fromEtc(layers));
  looked.set(layers, etc);
  return etc;
}

/** A link to another directory is left as it is. Anything but a directory is covered. */
function lookAnew(paths: readonly string[]): Etc {
  using layers = new Layers(paths);
  const place = ifNoLoop(() => layers.resolve('/etc')) ?? '/etc';
  refuseKernelPlace(place, '/etc');
  const found = prefixes(place).map((path) => ({ path, stats: statsInLayers(layers, path) }));
  if (!found.at(-1)?.stats?.isDirectory()) return { place: '/etc', directories: [] };
  return { place, directories: found.map(({ path, stats }) => ({ path, ...ownerOf(stats as Stats) })) };
}

/** As the container sees it, so that all who look at one layer give it one name: its user, and root of his ids. */
function ownerOf(stats: Stats): Owner {
  return { mode: stats.mode, ...ownersOnDisk().inside(stats) };
}

function pathOf(etc: Etc): string {
  return join(stateDirectory('init-layers'), fnv1a(JSON.stringify(etc)));
}

function ifNoLoop<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (errorCode(error) === 'ELOOP') return undefined;
    throw error;
  }
}

function statsInLayers(layers: Layers, path: string): Stats | undefined {
  const fd = ifNoLoop(() => layers.open(path));
  if (fd === undefined) return undefined;
  try {
    return fstatSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** `/usr/etc`: `/usr` and `/usr/etc`. */
function prefixes(path: string): string[] {
  const names = path.split('/').slice(1);
  return names.map((_, i) => `/${names.slice(0, i + 1).join('/')}`);
}

/** Of a directory that several layers have, an overlay shows the mode and owner of the topmost. */
function keepOwner(path: string, { mode, uid, gid }: Owner): void {
  if (isPrivileged()) chownSync(path, uid, gid);
  chmodSync(path, mode & 0o7777);
}
