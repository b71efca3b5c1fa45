/**
 * Volumes on disk, a directory each:
 *
 *     volumes/<name>/_data         what containers mount
 *                    volume.json   when it was made, its labels and options, and whether its name was chosen by tslab
 *     volumes/.lock                held while one is removed, or while none may be removed
 *
 * Only the data matter: where volume.json is lost or damaged the volume stays, as a named one.
 */

import { chmodSync, mkdirSync, readdirSync, renameSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../kernel/errors/errno.js';
import { UserError } from '../kernel/errors/user-error.js';
import { flag, map, moment, record, since, text } from '../kernel/parser.js';
import { randomHex } from '../kernel/random.js';
import { writeAtomically } from '../state/atomic.js';
import { notWritable, stateDirectory } from '../state/directories.js';
import { tell } from '../state/event-log.js';
import { forget } from '../state/ledger/ledger.js';
import { withLock } from '../state/lock.js';
import { lookAt, lookBehind } from '../state/look.js';
import { putAside } from '../state/quarantine.js';
import { CorruptError, type Format, readStored, storedText, Withheld } from '../state/stored.js';
import { makeTemporary, removeMade, removeTemporary } from '../state/temporary.js';
import { fileBytes } from '../state/tree.js';
import type { DriverOptions } from './driver.js';

export interface Volume extends Metadata {
  readonly name: string;
  /** The directory with the data: absolute, what is mounted in containers. */
  readonly source: string;
}

interface Metadata {
  /** ISO 8601. */
  readonly created: string;
  /** Its name was made up: 64 hexadecimal digits. `prune` removes only such volumes. */
  readonly anonymous: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Without any it is a directory of tslab's. */
  readonly options: DriverOptions;
}

/** What a new volume is to be. */
export type Asked = Pick<Metadata, 'labels' | 'options'>;

const NOTHING_ASKED: Asked = { labels: {}, options: {} };

const METADATA: Format<Metadata> = {
  version: 1,
  limit: 65_536,
  parse: record<Metadata>({
    created: moment,
    anonymous: flag,
    labels: since(map(text), {}),
    options: since(map(text), {}),
  }),
};

/** Names (or ids) of the containers that use a volume. */
export type UsedBy = (name: string) => readonly string[];

/** A new volume: without a name an anonymous one. As in Docker, a name that exists gives the volume that has it. Throws as {@link ensureVolume} does. */
export function createVolume(name?: string, asked = NOTHING_ASKED): Volume {
  return name === undefined ? createAnonymous(anonymousName(), asked) : ensureVolume(name, asked);
}

/** A new volume without a given name. Its name may be made (by {@link anonymousName}) before it exists, for the ledger. */
export function createAnonymous(name = anonymousName(), asked = NOTHING_ASKED): Volume {
  return makeVolume(name, { ...asked, anonymous: true });
}

/** 64 hexadecimal digits, as Docker's. */
export function anonymousName(): string {
  return randomHex(32);
}

/** The volume of this name, made where it is missing. Throws UserError: 2 for a name that is none, 3 where the disk is full or not writable. */
export function ensureVolume(name: string, asked = NOTHING_ASKED): Volume {
  requireName(name);
  return readVolume(name) ?? makeVolume(name, { ...asked, anonymous: false });
}

/** The volume of this name, if there is one. */
export function lookUpVolume(name: string): Volume | undefined {
  return isName(name) ? readVolume(name) : undefined;
}

/** All volumes, by name. */
export function listVolumes(): Volume[] {
  const names = readdirSync(stateDirectory('volumes')).filter(isName).sort();
  return names.flatMap((name) => readVolume(name) ?? []);
}

/** The volume of this name. Throws UserError (2) where there is none. */
export function findVolume(name: string): Volume {
  const volume = lookUpVolume(name);
  if (!volume) throw new UserError(`No such volume: ${name}`, 2, 'tslab volume ls lists all volumes.');
  return volume;
}

/** Removes a volume with its data. Throws UserError (2) where there is none, or containers use it. */
export function removeVolume(name: string, usedBy: UsedBy): void {
  keepingVolumes(() => {
    const volume = findVolume(name);
    refuseInUse(volume, usedBy(name));
    return [moveAway(volume)];
  }).forEach(removeMade);
}

/** Removes a volume that no container uses. Nothing happens where one does, or there is no such volume. */
export function dropVolume(name: string, usedBy: UsedBy): void {
  keepingVolumes(() => {
    const volume = readVolume(name);
    return volume && usedBy(name).length === 0 ? [moveAway(volume)] : [];
  }).forEach(removeTemporary);
}

/**
 * Removes the anonymous volumes, or those that are wanted, that no container uses and that are plain. Returns them, and the
 * bytes of their files.
 */
export function pruneVolumes(usedBy: UsedBy, isWanted = ({ anonymous }: Volume) => anonymous) {
  const [removed, doomed] = keepingVolumes(() => {
    const wanted = listVolumes().filter((volume) => isPlain(volume) && isWanted(volume));
    const unused = wanted.filter(({ name }) => usedBy(name).length === 0);
    return [unused, unused.map(moveAway)];
  });
  const bytes = doomed.reduce((sum, directory) => sum + fileBytes(join(directory, '_data')), 0);
  doomed.forEach(removeTemporary);
  return { removed, bytes };
}

/** Whether its files are below our directory: with options they are elsewhere. */
export function isPlain({ options }: Volume): boolean {
  return Object.keys(options).length === 0;
}

/** Does some work while no volume is removed, such as recording that a container uses one. */
export function keepingVolumes<T>(work: () => T): T {
  return withLock(join(stateDirectory('volumes'), '.lock'), work);
}

/** It appears whole, by a rename. Of two processes that make the same one, the second finds the first one's. */
function makeVolume(name: string, asked: Omit<Metadata, 'created'>): Volume {
  const draft = makeTemporary(stateDirectory('volumes'));
  try {
    const metadata = { created: new Date().toISOString(), ...asked };
    mkdirSync(join(draft, '_data'));
    chmodSync(join(draft, '_data'), 0o755); // whatever the umask is
    writeAtomically(join(draft, 'volume.json'), storedText(metadata, METADATA));
    renameSync(draft, directoryOf(name));
    forget('directory', draft);
    tellOfVolume(name, 'create');
    return { name, source: volumeSource(name), ...metadata };
  } catch (error) {
    removeTemporary(draft);
    const isTaken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errorCode(error) ?? '');
    const rival = isTaken && readVolume(name);
    if (rival) return rival;
    if (!isTaken || !lookAt(directoryOf(name))) throw notWritable(directoryOf(name), error);
    // The directory is no volume: it has no data.
    putAside(directoryOf(name));
    return makeVolume(name, asked);
  }
}

function readVolume(name: string): Volume | undefined {
  const directory = lookBehind(volumeSource(name));
  if (!directory?.isDirectory()) return undefined;
  return { name, source: volumeSource(name), ...(readMetadata(name) ?? unknown(directory)) };
}

function unknown({ birthtime }: Stats): Metadata {
  return { ...NOTHING_ASKED, created: birthtime.toISOString(), anonymous: false };
}

function readMetadata(name: string): Metadata | undefined {
  try {
    return readStored(join(directoryOf(name), 'volume.json'), METADATA);
  } catch (error) {
    if (error instanceof CorruptError || error instanceof Withheld) return undefined;
    throw error;
  }
}

/** Moves it onto an empty directory that is in the ledger already: it is gone at once, and removed even if this process dies now. */
function moveAway({ name }: Volume): string {
  const doomed = makeTemporary(stateDirectory('volumes'));
  renameSync(directoryOf(name), doomed);
  tellOfVolume(name, 'destroy');
  return doomed;
}

function tellOfVolume(id: string, action: string): void {
  tell({ type: 'volume', action, id, attributes: { driver: 'local' } });
}

function refuseInUse({ name }: Volume, users: readonly string[]): void {
  if (users.length === 0) return;
  const message = `The volume ${name} is in use by ${users.join(', ')}.`;
  throw new UserError(message, 2, `Remove the container first: tslab rm -f ${users.join(' ')}`);
}

/** Docker's rule (moby, volume names: RestrictedNamePattern), which keeps `.`, `..` and our own `.tmp-…` out too. */
function isName(name: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name) && name.length <= 255;
}

function requireName(name: string): void {
  if (isName(name)) return;
  const rule = 'two to 255 of the characters a-z A-Z 0-9 _ . -, the first a letter or digit';
  throw new UserError(
    `${JSON.stringify(name)} is not a name for a volume: it takes ${rule}.`,
    2,
    'A directory of the host is given by its absolute path.',
  );
}

function directoryOf(name: string): string {
  return join(stateDirectory('volumes'), name);
}

/** Where the data of a volume of this name lie, whether or not there is one. */
export function volumeSource(name: string): string {
  return join(directoryOf(name), '_data');
}
