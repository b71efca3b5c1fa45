import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, digestOf, hexOf } from '../../../src/image/digest.js';
import { layerDiff } from '../../../src/image/layer/diff.js';
import { unpackLayer } from '../../../src/image/layer/unpack-layer.js';
import { close, open, write } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { ProcessSpec } from '../../../src/kernel/process.js';
import { housekeeping } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { runScript } from '../../../src/lab/script.js';
import type { Overlay } from '../../04-overlay/calls/options.js';
import { overlayRoot } from '../../04-overlay/calls/root.js';
import { makeWritableLayer, type WritableLayer } from '../../04-overlay/calls/writable-layer.js';
import { archiveOf, type Files, membersOf, treeMembers } from './archive.js';

/** A layer as it travels, and as it lies on the disk. */
export interface Layer {
  readonly archive: Buffer;
  readonly diffId: Digest;
  readonly directory: string;
}

/** What the steps work with. All files are in the lab's own directory, and go with it. */
export interface Setup {
  readonly lab: Lab;
  /** The root filesystem of the labs. */
  readonly base: Layer;
  /** An application on it. */
  readonly app: Layer;
  /** An empty directory of this name. */
  directory(name: string): string;
  /** Unpacks an archive, by lists of calls that are not told. */
  unpack(archive: Uint8Array, name: string): Promise<Layer>;
  /** These layers, the topmost first, under an empty writable one. */
  overlay(name: string, ...lower: readonly Layer[]): WritableOverlay;
}

export type WritableOverlay = Overlay & WritableLayer;

// #region app
/** The application of this lab. */
export const APP: Files = {
  'app/': 0o755,
  'app/hello': '#!/bin/sh\necho hello from version $(cat /app/version)\n',
  'app/notes': 'nobody needs this\n'.repeat(200),
  'app/version': '1\n',
};
// #endregion

export async function makeSetup(lab: Lab): Promise<Setup> {
  const parent = lab.makeDirectory();
  const directory = (name: string) => madeDirectory(join(parent, name));
  const unpack = async (archive: Uint8Array, name: string) => {
    const layer = { archive: Buffer.from(archive), diffId: digestOf(archive), directory: directory(name) };
    await unpackLayer([archive], layer.directory);
    return layer;
  };
  const archive = archiveOf(treeMembers(lab.rootfs.path));
  const base = { archive, diffId: digestOf(archive), directory: lab.rootfs.path };
  const overlay = (name: string, ...lower: readonly Layer[]) => ({
    ...makeWritableLayer(join(parent, name)),
    lower: lower.map((layer) => layer.directory),
    privileged: lab.privileged,
  });
  const app = await unpack(archiveOf(membersOf(APP)), 'app');
  return { lab, base, app, directory, unpack, overlay };
}

function madeDirectory(path: string): string {
  mkdirSync(path);
  chmodSync(path, 0o755); // whatever the umask is
  return path;
}

// #region container
/** A container whose root is this overlay (lab 04). */
export function container(lab: Lab, overlay: Overlay): ProcessSpec {
  const root = lab.taughtBy('04-overlay', 'overlayRoot()', overlayRoot(overlay));
  return { namespaces: k.CLONE_NEWNS, calls: [...root] };
}
// #endregion

/** What a script prints in such a container, its lines in one. */
export async function printed(lab: Lab, overlay: Overlay, script: string): Promise<string> {
  const { output } = await runScript(lab, container(lab, overlay), script);
  return output.split('\n').join(' ');
}

/** The layer that a container's writable directory becomes. */
export function changesAsLayer(overlay: WritableOverlay): Buffer {
  return archiveOf(layerDiff(overlay, []));
}

/** Writes a file by calls that are told. */
export async function writeTold(lab: Lab, path: string, text: string | Uint8Array): Promise<void> {
  const file = await lab.call(open(path, k.O_WRONLY | k.O_CREAT | k.O_CLOEXEC, 0o644));
  await lab.call(write(file, text));
  await lab.call(housekeeping(close(file)));
}

/** Its first twelve digits, as `docker images` prints it. */
export function short(digest: Digest): string {
  return hexOf(digest).slice(0, 12);
}

/** A text with the first digits of the digests in it. */
export function abridged(text: string): string {
  return text.replace(/[0-9a-f]{64}/g, (hex) => `${hex.slice(0, 12)}…`);
}

/** The bytes of a file; undefined where there is none. */
export function bytesAt(path: string): Buffer | undefined {
  return existsSync(path) ? readFileSync(path) : undefined;
}

/** A place that has blobs by their digests: a registry, or another machine. */
export class Receiver {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Sends what is not there. How many bytes that is. */
  take(...blobs: readonly Uint8Array[]): number {
    const missing = blobs.filter((blob) => !existsSync(this.#pathOf(blob)));
    for (const blob of missing) writeFileSync(this.#pathOf(blob), blob);
    return missing.reduce((sum, { length }) => sum + length, 0);
  }

  #pathOf(blob: Uint8Array): string {
    return join(this.#directory, hexOf(digestOf(blob)));
  }
}
