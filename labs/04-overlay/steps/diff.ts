import { observed } from '../../../src/lab/observation.js';
import { runScript } from '../../../src/lab/script.js';
import { whyNoNotes } from '../../../src/overlay/attributes.js';
import { type Change, layerEntry, readChanges } from '../../../src/overlay/changes.js';
import { listTree } from '../../../src/overlay/tree.js';
import { container, enter, type Setup } from './setup.js';

/** One change of each kind, and a directory that is replaced. */
const CHANGE_THINGS = `echo green > /demo/colour; mkdir /demo/new; rm /demo/old
rm -r /demo/logs; mkdir /demo/logs; echo "no news" > /demo/logs/wednesday`;

export async function diffStep({ lab, directory, newOverlay }: Setup): Promise<void> {
  const missing = whyNoNotes(directory, lab.privileged);
  if (missing) return await lab.cannot('diff', missing);
  await lab.step('diff');
  const overlay = newOverlay('diff');
  const { upper } = overlay;
  await runScript(lab, container(enter(overlay)), CHANGE_THINGS);
  await lab.observe('after', observed('host', upper, listTree(upper)));
  const changes = readChanges(overlay);
  await lab.observe('after', observed('host', 'the same, as docker diff prints it', changes.map(inWords).join('\n')));
  await lab.check('upper alone shows every change', EXPECTED, changes.map(inWords).join(', '));
  const deleted = changes.filter(({ kind }) => kind === 'D').map(layerEntry);
  const names = 'demo/logs/.wh.monday demo/logs/.wh.tuesday demo/.wh.old';
  await lab.check('in the tar file of an image, deleted files are', names, deleted.join(' '));
}

const EXPECTED = [
  ...['C /demo', 'C /demo/colour', 'C /demo/logs', 'D /demo/logs/monday', 'D /demo/logs/tuesday'],
  ...['A /demo/logs/wednesday', 'A /demo/new', 'D /demo/old'],
].join(', ');

function inWords({ kind, path }: Change): string {
  return `${kind} ${path}`;
}
