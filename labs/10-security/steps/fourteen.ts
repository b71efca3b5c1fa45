import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { stayAfter } from '../../../src/lab/script.js';
import { newAgent, readDisk, releaseAgent } from './breakout.js';
import { keepFourteen } from './closed.js';
import { hasLoopDevices, newDisk, SECRET } from './disk.js';
import { asSet, capabilitiesOf, container, FOURTEEN, maskOf, readSets, setIn } from './setup.js';

// #region fourteen
export async function capabilitiesStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('capabilities');
  const [all, giveUp] = [readSets(), wanted ? keepFourteen() : []];
  const child = await stayAfter(lab, container(lab, ...all.calls, ...giveUp));
  await lab.observe('before', { ...capabilitiesOf(child.pid), value: all.sets() });
  const status = await lab.observe('after', capabilitiesOf(child.pid), madeBy(child, 'prctl', 'capset'));
  // #endregion
  await lab.check('its effective set', asSet(maskOf(FOURTEEN.bounding)), setIn(status, 'CapEff'));
  const mounted = await lab.folded(() => releaseAgent(lab, newAgent(lab), giveUp));
  await lab.check('the mount of the hierarchy', 'EPERM', mounted);
  if (!hasLoopDevices()) return;
  const disk = await newDisk(lab);
  const read = await lab.folded(() => readDisk(lab, disk, { giveUp }));
  await lab.check('what it still reads of the disk', SECRET, read);
}
