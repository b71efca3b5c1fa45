import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLONE_NEWNS, CLONE_NEWUSER } from '../../../src/kernel/constants.js';
import { mapToRoot } from '../../../src/kernel/credentials/user-namespace.js';
import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { shell, withProgram } from '../../../src/lab/script.js';
import { attributeName, whyNoNotes } from '../../../src/overlay/attributes.js';
import { listTree } from '../../../src/overlay/tree.js';
import type { Overlay } from '../calls/options.js';
import { enter, type Setup, tellAttribute } from './setup.js';

const REPLACE_DIRECTORY = 'rm -r /demo/logs 2>&1 && mkdir /demo/logs && echo replaced';

// #region user-namespace
export async function userNamespace({ lab, directory, newOverlay }: Setup): Promise<void> {
  const missing = whatIsMissing(directory);
  if (missing) return await lab.cannot('user-namespace', missing);
  const wanted = await lab.step('user-namespace');
  const overlay = { ...newOverlay('user'), privileged: !wanted };
  const said = await runAsUser(lab, overlay, REPLACE_DIRECTORY);
  // #endregion
  const { upper } = overlay;
  await lab.observe('after', observed('host', upper, listTree(upper)));
  await lab.check('root of a user namespace can replace a directory', 'replaced', said);
  const name = attributeName('opaque', false);
  const value = await tellAttribute(lab, join(upper, 'demo/logs'), name);
  await lab.check(`the note is in ${name}`, 'y', value);
}

/** Runs a script as root of a new user namespace: without root, the lab makes one for every process anyway. */
async function runAsUser(lab: Lab, overlay: Overlay, script: string): Promise<string> {
  const namespaces = CLONE_NEWNS | (lab.privileged ? CLONE_NEWUSER : 0);
  const spec = withProgram({ namespaces, calls: enter(overlay) }, shell(script));
  const { output } = await lab.run(spec, script, lab.privileged ? mapToRoot : undefined);
  return output;
}

function whatIsMissing(directory: string): string | undefined {
  if (!hasUserNamespaces()) return 'this kernel allows no user namespaces.';
  return whyNoNotes(directory, false);
}

function hasUserNamespaces(): boolean {
  try {
    return Number(readFileSync('/proc/sys/user/max_user_namespaces', 'utf8')) > 0;
  } catch {
    return false;
  }
}
