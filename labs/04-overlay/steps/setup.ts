import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { chdir, lgetxattr } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWNS } from '../../../src/kernel/constants.js';
import type { ProcessSpec } from '../../../src/kernel/process.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { attributeText } from '../../../src/overlay/attributes.js';
import type { Overlay } from '../calls/options.js';
import { tryOverlay } from '../calls/refusal.js';
import { overlayRoot } from '../calls/root.js';
import { makeWritableLayer, type WritableLayer } from '../calls/writable-layer.js';

/** What the steps work with: an image, and a directory that goes when the lab ends. */
export interface Setup extends Image {
  readonly lab: Lab;
  readonly directory: string;
  /** The image under an empty writable layer, which has this name. */
  newOverlay(container: string): WritableOverlay;
}

interface Image {
  /** The layers of the image, the top-most first. */
  readonly image: readonly string[];
  /** The middle one of them. */
  readonly application: string;
}

/** An overlay that can be written. */
export type WritableOverlay = Overlay & WritableLayer;

/** Makes the image. Throws SyscallError where there can be no overlay on the state directory. */
export function makeSetup(lab: Lab): Setup {
  const directory = lab.makeDirectory();
  const { privileged, rootfs } = lab;
  const { image, application } = makeImage(directory, rootfs.path);
  const newOverlay = (name: string) => ({ lower: image, ...makeWritableLayer(join(directory, name)), privileged });
  tryOverlay(newOverlay('trial'));
  return { lab, directory, image, application, newOverlay };
}

/** The size of the largest file in the image, in bytes. */
export const DATA_SIZE = 1 << 20;

// #region image
/** Three layers: the root filesystem of the labs, an application on it, and a patch for that. */
function makeImage(directory: string, base: string): Image {
  const application = makeLayer(join(directory, 'app'), {
    'demo/colour': 'red\n',
    'demo/data': 'x'.repeat(DATA_SIZE),
    'demo/logs/monday': 'all quiet\n',
    'demo/logs/tuesday': 'all quiet\n',
    'demo/old': 'nobody needs this\n',
  });
  const patch = makeLayer(join(directory, 'patch'), { 'demo/colour': 'blue\n', 'demo/news': 'blue is new\n' });
  return { image: [patch, application, base], application };
}
// #endregion

/** A directory with these files in it: path and content. */
export function makeLayer(directory: string, files: Readonly<Record<string, string>>): string {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(directory, path, '..'), { recursive: true, mode: 0o755 });
    writeFileSync(join(directory, path), content, { mode: 0o644 });
  }
  return directory;
}

/** Goes into the overlay. Its paths are told relative to the lab's directory: they are easier to read in the trace that way. */
export function enter(overlay: Overlay): Syscall[] {
  const directory = join(overlay.target, '../..');
  const near = (path: string) => (path.startsWith(`${directory}/`) ? relative(directory, path) : path);
  const { lower, upper, work, target } = overlay;
  const nearby = {
    lower: lower.map(near),
    upper: upper && near(upper),
    work: work && near(work),
    target: near(target),
  };
  return [chdir(directory), ...overlayRoot({ ...overlay, ...nearby })];
}

/** A container that these calls make, in a mount namespace of its own. */
export function container(calls: readonly Syscall[]): ProcessSpec {
  return { namespaces: CLONE_NEWNS, calls };
}

/** Reads an attribute and tells the call. Null where there is none. */
export async function tellAttribute(lab: Lab, path: string, name: string): Promise<string | null> {
  const value = new Uint8Array(256);
  const length = await lab.call(mayFail(lgetxattr(path, name, value)));
  return attributeText(value, length);
}
