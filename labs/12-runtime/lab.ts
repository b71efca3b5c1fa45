import type { LabDefinition } from '../../src/lab/definition.js';
import { execIn } from './steps/exec.js';
import { PARTS } from './steps/parts.js';
import * as powers from './steps/powers.js';
import { makeSetup } from './steps/setup.js';
import * as part from './steps/steps.js';
import { wholeList } from './steps/whole-list.js';

export const runtimeLab: LabDefinition = {
  id: '12-runtime',
  temporary: true,
  steps: ['plain', ...PARTS, 'exec', 'list'],
  skippable: PARTS,
  unskippable: {
    plain: 'it is the process without any part',
    exec: 'its calls are those of lab 05',
    list: 'it adds no call: it lists those of all parts',
  },
  async run(lab) {
    const setup = makeSetup(lab);
    await part.plainProcess(setup); //  a process: nothing is its own
    await part.ownPids(setup); //       + numbers of its own for processes
    await part.ownRoot(setup); //       + mounts of its own, and another root
    await part.ownLayer(setup); //      + a layer for what it writes
    await part.ownName(setup); //       + a name, and its own ways to talk; /dev
    await part.ownLinks(setup); //      + network links of its own; /sys and masks
    await part.ownShare(setup); //      + limits
    await part.hostDirectory(setup); // + one directory of the host
    await powers.ownDevices(setup); //  - other devices
    await powers.fewCapabilities(setup); // - most powers of root
    await powers.ordinaryUser(setup); // - being root
    await powers.fewerCalls(setup); //  - some calls
    await execIn(setup); //             somebody comes in later
    await wholeList(setup); //          the whole list, and where each call came from
  },
};
