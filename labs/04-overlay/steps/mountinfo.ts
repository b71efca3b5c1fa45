import { naming } from '../../../src/lab/cause.js';
import { hostLines, observed } from '../../../src/lab/observation.js';
import { stayAfter } from '../../../src/lab/script.js';
import { findMount, readMountinfo } from '../../../src/procfs/mountinfo.js';
import { parseLayers } from '../calls/options.js';
import { overlayRoot } from '../calls/root.js';
import { container, type Setup } from './setup.js';

const SAY = 'echo "my root is an overlay"';

// #region mountinfo
export async function mountinfoStep({ lab, image, newOverlay }: Setup): Promise<void> {
  await lab.step('mountinfo');
  const overlay = newOverlay('mountinfo');
  const calls = overlayRoot(overlay);
  const child = await stayAfter(lab, container(calls), SAY);
  await lab.hear(child, SAY);
  await lab.observe('during', hostLines(`/proc/${child.pid}/mountinfo`, / - overlay /), naming(calls, 'overlay'));
  const root = findMount(readMountinfo(child.pid), '/');
  const { lower, upper, work } = parseLayers(root?.superOptions ?? []);
  // #endregion
  await lab.observe('during', observed('host', 'lowerdir, taken apart', lower.join('\n')));
  await lab.check('lowerdir: the image, the topmost layer first', image.join('\n'), lower.join('\n'));
  await lab.check('upperdir: the writable layer', overlay.upper ?? '', upper ?? null);
  await lab.check('workdir: overlayfs’ own', overlay.work ?? '', work ?? null);
  const outside = readMountinfo().filter(({ superOptions }) => parseLayers(superOptions).upper === overlay.upper);
  await lab.check('lines about it in the host’s own mountinfo', 0, outside.length);
}
