import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { chdir, lgetxattr } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWNS } from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import type { Finished, Lab } from '../../../src/lab/lab.js';
import { shell } from '../../../src/lab/script.js';
import { attributeText } from '../../../src/overlay/attributes.js';
import { stateDirectory } from '../../../src/state/directories.js';
import { makeTemporary, removeTemporary } from '../../../src/state/temporary.js';
import type { Overlay } from '../calls/options.js';
import { tryOverlay } from '../calls/refusal.js';
import { overlayRoot } from '../calls/root.js';
import { makeWritableLayer, type WritableLayer } from '../calls/writable-layer.js';

/** What the steps work with: an image, and a directory that goes when the lab ends. */
export interface Stage {
  readonly directory: string;
  /** The layers of the image, the top-most first. */
  readonly image: readonly string[];
  /** The middle one of them. */
  readonly application: string;
}

/** Makes the image. Throws SyscallError where there can be no overlay on the state directory. */
export function makeStage(lab: Lab): Stage {
  const directory = makeTemporary(stateDirectory());
  lab.atEnd(() => removeTemporary(directory));
  const stage = makeImage(directory, lab.rootfs.path);
  tryOverlay(newOverlay(lab, stage, 'trial'));
  return stage;
}

/** The size of the largest file in the image, in bytes. */
export const DATA_SIZE = 1 << 20;

// #region image
/** Three layers: the root filesystem of the labs, an application on it, and a patch for that. */
function makeImage(directory: string, base: string): Stage {
  const application = makeLayer(join(directory, 'app'), {
    'demo/colour': 'red\n',
    'demo/data': 'x'.repeat(DATA_SIZE),
    'demo/logs/monday': 'all quiet\n',
    'demo/logs/tuesday': 'all quiet\n',
    'demo/old': 'nobody needs this\n',
  });
  const patch = makeLayer(join(directory, 'patch'), { 'demo/colour': 'blue\n', 'demo/news': 'blue is new\n' });
  return { directory, image: [patch, application, base], application };
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

/** An overlay that can be written. */
export type WritableOverlay = Overlay & WritableLayer;

/** The image under an empty writable layer. */
export function newOverlay(lab: Lab, { directory, image }: Stage, container: string): WritableOverlay {
  const layer = makeWritableLayer(join(directory, container));
  return { lower: image, ...layer, privileged: lab.privileged };
}

/** Goes into the overlay. Its paths are told relative to the stage: they are easier to read in the trace that way. */
export function enter(overlay: Overlay): Syscall[] {
  const stage = join(overlay.target, '../..');
  const near = (path: string) => (path.startsWith(`${stage}/`) ? relative(stage, path) : path);
  const { lower, upper, work, target } = overlay;
  const nearby = {
    lower: lower.map(near),
    upper: upper && near(upper),
    work: work && near(work),
    target: near(target),
  };
  return [chdir(stage), ...overlayRoot({ ...overlay, ...nearby })];
}

/** Runs a script in a container that these calls make. */
export function runIn(lab: Lab, calls: readonly Syscall[], script: string): Promise<Finished> {
  return lab.run({ namespaces: CLONE_NEWNS, calls: [...calls, shell(script)] }, script);
}

/** Runs a script that prints one line at its end, in a container that then stays until it is killed. */
export async function stayIn(
  lab: Lab,
  calls: readonly Syscall[],
  script: string,
): Promise<{ child: Child; heard: string }> {
  const list = [...calls, shell(`${script}; exec sleep 60`)];
  const child = await lab.start({ namespaces: CLONE_NEWNS, calls: list, stdio: ['null', 'pipe', 'pipe'] });
  const heard = await lab.hear(child, script);
  return { child, heard: heard.trim() };
}

/** Reads an attribute and tells the call. Null where there is none. */
export async function tellAttribute(lab: Lab, path: string, name: string): Promise<string | null> {
  const value = new Uint8Array(256);
  const length = await lab.call(mayFail(lgetxattr(path, name, value)));
  return attributeText(value, length);
}
