import type { LabDefinition } from '../../src/lab/definition.js';
import { visitIt } from './steps/exec.js';
import { PARTS } from './steps/parts.js';
import { makeBench } from './steps/setup.js';
import * as part from './steps/steps.js';
import { wholeList } from './steps/whole-list.js';

export const runtimeLab: LabDefinition = {
  id: '12-runtime',
  steps: ['plain', ...PARTS, 'exec', 'list'],
  skippable: PARTS,
  async run(lab) {
    const bench = makeBench(lab);
    await part.plainProcess(bench); //  a process: nothing is its own
    await part.ownPids(bench); //       + numbers of its own for processes
    await part.ownRoot(bench); //       + mounts of its own, and another root
    await part.ownLayer(bench); //      + a layer for what it writes
    await part.ownName(bench); //       + a name, and its own ways to talk; /dev
    await part.ownLinks(bench); //      + network links of its own; /sys and masks
    await part.ownShare(bench); //      + limits
    await part.hostDirectory(bench); // + one directory of the host
    await visitIt(bench); //            somebody comes in later
    await wholeList(bench); //          the whole list, and where each call came from
  },
};
