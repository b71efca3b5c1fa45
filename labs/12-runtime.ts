import type { LabDefinition } from '../src/lab/definition.js';
import { PARTS } from './12-runtime/lab/assemble.js';
import { makeBench } from './12-runtime/lab/bench.js';
import * as part from './12-runtime/lab/parts.js';
import { visitIt } from './12-runtime/lab/visit.js';
import { wholeList } from './12-runtime/lab/whole-list.js';

export const runtimeLab: LabDefinition = {
  id: '12-runtime',
  steps: ['plain', ...PARTS, 'exec', 'list'],
  skippable: PARTS,
  async *run(lab) {
    const bench = makeBench(lab);
    yield* part.plainProcess(bench); //  a process: nothing is its own
    yield* part.ownPids(bench); //       + numbers of its own for processes
    yield* part.ownRoot(bench); //       + mounts of its own, and another root
    yield* part.ownLayer(bench); //      + a layer for what it writes
    yield* part.ownName(bench); //       + a name, and its own ways to talk; /dev
    yield* part.ownLinks(bench); //      + network links of its own; /sys and masks
    yield* part.ownShare(bench); //      + limits
    yield* part.hostDirectory(bench); // + one directory of the host
    yield* visitIt(bench); //            somebody comes in later
    yield* wholeList(bench); //          the whole list, and where each call came from
  },
};
