import type { LabDefinition } from '../../src/lab/definition.js';
import { bindDirectory, dataIsLost, hidesWhatIsBelow, rootField } from './steps/bind.js';
import { afterThePivot, naiveTarget, resolveInRoot } from './steps/escape.js';
import { singleFile } from './steps/file.js';
import { memoryOnly } from './steps/memory.js';
import { anonymousVolumes, commitTakes, namedVolume } from './steps/named.js';
import { privateVolume, sharedVolume, slaveVolume } from './steps/propagation.js';
import { flagIsIgnored, secondCall, wholeTree } from './steps/read-only.js';
import { makeSetup } from './steps/setup.js';

export const volumesLab: LabDefinition = {
  id: '06-volumes',
  temporary: true,
  steps: [
    ...['no-volume', 'bind', 'root-field', 'hidden', 'read-only', 'remount', 'setattr', 'file', 'tmpfs', 'named'],
    ...['anonymous', 'commit', 'rprivate', 'rslave', 'rshared', 'naive-target', 'after-pivot', 'openat2'],
  ],
  skippable: ['bind', 'remount', 'setattr', 'file', 'tmpfs', 'named', 'rprivate', 'rslave', 'openat2'],
  unskippable: {
    'no-volume': 'it is bind without the volume',
    'root-field': 'it looks at a volume like that of bind',
    hidden: 'it looks at a volume like that of bind',
    'read-only': 'it is remount without the second call',
    anonymous: 'its volume is mounted as in named',
    commit: 'it looks at what upper has beside a volume like that of bind',
    rshared: 'without its call the volume is shared, too',
    'naive-target': 'it is openat2 without openat2',
    'after-pivot': 'it makes the same calls in another order',
  },
  async run(lab) {
    const setup = await makeSetup(lab);
    await dataIsLost(setup); //       without a volume: what a container writes goes with it
    await bindDirectory(setup); //    a directory of the host inside: one directory, two paths
    await rootField(setup); //        … and what mountinfo says of it
    await hidesWhatIsBelow(setup); // a mount hides what is below, and destroys nothing
    await flagIsIgnored(setup); //    read-only takes
    await secondCall(setup); //       … a second call
    await wholeTree(setup); //        … or a better one
    await singleFile(setup); //       a file instead of a directory
    await memoryOnly(setup); //       tmpfs: nothing of the host
    await namedVolume(setup); //      named volumes: directories that tslab keeps
    await anonymousVolumes(setup); // … and anonymous ones
    await commitTakes(setup); //      a commit leaves volumes out
    await privateVolume(setup); //    later mounts: neither side sees those of the other,
    await slaveVolume(setup); //      the container sees the host's,
    await sharedVolume(setup); //     each sees the other's
    await naiveTarget(setup); //      an image with a symbolic link as mount point
    await afterThePivot(setup); //    … meets a better order of calls
    await resolveInRoot(setup); //    … or a better call
  },
};
