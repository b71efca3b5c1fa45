import type { Telling } from '../../src/lab/definition.js';
import type { Lab } from '../../src/lab/lab.js';
import { hostLines, seen } from '../../src/lab/sight.js';
import { findMount, readMountinfo } from '../../src/probe/mountinfo.js';
import { overlayRoot } from '../04-overlay.js';
import { parseLayers } from './options.js';
import { newOverlay, type Stage, stayIn } from './stage.js';

// #region mountinfo
export async function* mountinfoStep(lab: Lab, stage: Stage): Telling {
  yield* lab.step('mountinfo');
  const overlay = newOverlay(lab, stage, 'mountinfo');
  const { child } = yield* stayIn(lab, overlayRoot(overlay), 'echo "my root is an overlay"');
  yield* lab.observe('during', hostLines(`/proc/${child.pid}/mountinfo`, / - overlay /), 'mount');
  const root = findMount(readMountinfo(child.pid), '/');
  const { lower, upper, work } = parseLayers(root?.superOptions ?? []);
  // #endregion
  yield* lab.observe('during', seen('host', 'lowerdir, taken apart', lower.join('\n')));
  yield* lab.check('lowerdir: the image, the top-most layer first', stage.image.join('\n'), lower.join('\n'));
  yield* lab.check('upperdir: the writable layer', overlay.upper ?? '', upper ?? null);
  yield* lab.check('workdir: overlayfs’ own', overlay.work ?? '', work ?? null);
  const outside = readMountinfo().filter(({ superOptions }) => parseLayers(superOptions).upper === overlay.upper);
  yield* lab.check('lines about it in the host’s own mountinfo', 0, outside.length);
  yield* lab.kill(child);
}
