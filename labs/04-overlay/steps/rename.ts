import { join } from 'node:path';
import { rename } from '../../../src/kernel/calls/index.js';
import { mayFail } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { errnoOf, observed } from '../../../src/lab/observation.js';
import { shell, withProgram } from '../../../src/lab/script.js';
import { attributeName, whyNoNotes } from '../../../src/overlay/attributes.js';
import { listTree } from '../../../src/overlay/tree.js';
import type { Overlay } from '../calls/options.js';
import { container, enter, type Setup, tellAttribute } from './setup.js';

export async function renameStep({ lab, newOverlay }: Setup): Promise<void> {
  await lab.step('rename');
  const overlay = newOverlay('rename');
  const errno = await renameIn(lab, overlay, 'mv /demo/logs /demo/diary; ls /demo/diary');
  await lab.observe('after', observed('host', overlay.upper, listTree(overlay.upper)));
  await lab.check('rename(2) of a directory of a lower layer says', 'EXDEV', errno);
  const copied = listTree(overlay.upper).includes('file, 10 bytes: demo/diary/monday');
  await lab.check('so mv copied every file', 'copied', copied ? 'copied' : 'not copied');
}

// #region redirect
export async function redirectStep({ lab, directory, newOverlay }: Setup): Promise<void> {
  const missing = lab.privileged ? whyNoNotes(directory, true) : NEEDS_ROOT;
  if (missing) return await lab.cannot('redirect', missing);
  const wanted = await lab.step('redirect');
  const plain = newOverlay('redirect');
  const overlay = wanted ? { ...plain, options: ['index=off', 'redirect_dir=on'] } : plain;
  const errno = await renameIn(lab, overlay, 'ls /demo/diary');
  // #endregion
  await lab.observe('after', observed('host', overlay.upper, listTree(overlay.upper)));
  await lab.check('rename(2) of the same directory says', 'done', errno);
  const name = attributeName('redirect', lab.privileged);
  const value = await tellAttribute(lab, join(overlay.upper, 'demo/diary'), name);
  await lab.check('nothing was copied: an attribute says where the files are', 'logs', value);
}

const NEEDS_ROOT = 'redirect_dir is not to be had together with userxattr: who may write user.* could point anywhere.';

/** Renames /demo/logs, which exists below only, then runs a script. The errno of the rename, or `done`. */
async function renameIn(lab: Lab, overlay: Overlay, script: string): Promise<string> {
  const renamed = container([...enter(overlay), mayFail(rename('/demo/logs', '/demo/diary'))]);
  const child = await lab.start({ ...withProgram(renamed, shell(script)), stdio: ['null', 'pipe', 'pipe'] });
  await lab.finish(child, script);
  return errnoOf(child, 'renameat2') ?? 'done';
}
