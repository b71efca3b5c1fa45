import type { Lab } from '../../../src/lab/lab.js';
import { hostLines, observed } from '../../../src/lab/observation.js';
import { findMount, readMountinfo } from '../../../src/procfs/mountinfo.js';
import { parseLayers } from '../calls/options.js';
import { overlayRoot } from '../calls/root.js';
import { newOverlay, type Stage, stayIn } from './setup.js';

// #region mountinfo
export async function mountinfoStep(lab: Lab, stage: Stage): Promise<void> {
  await lab.step('mountinfo');
  const overlay = newOverlay(lab, stage, 'mountinfo');
  const { child } = await stayIn(lab, overlayRoot(overlay), 'echo "my root is an overlay"');
  await lab.observe('during', hostLines(`/proc/${child.pid}/mountinfo`, / - overlay /), 'mount');
  const root = findMount(readMountinfo(child.pid), '/');
  const { lower, upper, work } = parseLayers(root?.superOptions ?? []);
  // #endregion
  await lab.observe('during', observed('host', 'lowerdir, taken apart', lower.join('\n')));
  await lab.check('lowerdir: the image, the top-most layer first', stage.image.join('\n'), lower.join('\n'));
  await lab.check('upperdir: the writable layer', overlay.upper ?? '', upper ?? null);
  await lab.check('workdir: overlayfs’ own', overlay.work ?? '', work ?? null);
  const outside = readMountinfo().filter(({ superOptions }) => parseLayers(superOptions).upper === overlay.upper);
  await lab.check('lines about it in the host’s own mountinfo', 0, outside.length);
  await lab.kill(child);
}
