import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { runScript } from '../../../src/lab/script.js';
import { attributeName, whyNoNotes } from '../../../src/overlay/attributes.js';
import { describe, listTree } from '../../../src/overlay/tree.js';
import { container, enter, type Setup, tellAttribute, type WritableOverlay } from './setup.js';

export async function whiteoutStep({ lab, application, newOverlay }: Setup): Promise<void> {
  await lab.step('whiteout');
  const overlay = newOverlay('whiteout');
  const { output } = await changed(lab, overlay, 'rm /demo/old; ls /demo');
  await lab.check('inside, the file is gone', 'colour data logs news', output);
  const covered = lstatSync(join(overlay.upper, 'demo/old'), { throwIfNoEntry: false });
  await lab.check(
    'in upper, its name is a device that does not exist',
    'character device 0:0',
    covered ? describe(covered) : null,
  );
  await lab.check('below, the file is still there', 'yes', existsSync(join(application, 'demo/old')) ? 'yes' : 'no');
}

export async function opaqueStep({ lab, directory, application, newOverlay }: Setup): Promise<void> {
  const missing = whyNoNotes(directory, lab.privileged);
  if (missing) return await lab.cannot('opaque', missing);
  await lab.step('opaque');
  const overlay = newOverlay('opaque');
  const { output } = await changed(lab, overlay, 'rm -r /demo/logs; mkdir /demo/logs; ls -a /demo/logs');
  await lab.check('inside, the new directory is empty', '. ..', output);
  const logs = join(overlay.upper, 'demo/logs');
  const name = attributeName('opaque', lab.privileged);
  const value = await tellAttribute(lab, logs, name);
  await lab.observe('after', observed('host', `${name} of ${logs}`, value));
  await lab.check('the directory in upper says that it hides the one below', 'y', value);
  const below = readdirSync(join(application, 'demo/logs'));
  await lab.check('below, nothing is deleted', 'monday tuesday', below.sort().join(' '));
}

/** Runs a script in a container and tells what upper was before and after. */
async function changed(lab: Lab, overlay: WritableOverlay, script: string): Promise<{ output: string }> {
  await lab.observe('before', observed('host', overlay.upper, listTree(overlay.upper)));
  const { output } = await runScript(lab, container(enter(overlay)), script);
  await lab.observe('after', observed('host', overlay.upper, listTree(overlay.upper)));
  return { output: output.split('\n').join(' ') };
}
