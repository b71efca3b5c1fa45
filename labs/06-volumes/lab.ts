import type { LabDefinition } from '../../src/lab/definition.js';
import { bindDirectory, dataIsLost, hidesWhatIsBelow, rootField } from './steps/bind.js';
import { afterThePivot, naiveTarget, resolveInRoot } from './steps/escape.js';
import { singleFile } from './steps/file.js';
import { memoryOnly } from './steps/memory.js';
import { anonymousVolumes, commitTakes, namedVolume } from './steps/named.js';
import { privateVolume, sharedVolume, slaveVolume } from './steps/propagation.js';
import { flagIsIgnored, secondCall, wholeTree } from './steps/read-only.js';
import { Ground } from './steps/setup.js';

export const volumesLab: LabDefinition = {
  id: '06-volumes',
  steps: [
    ...['no-volume', 'bind', 'root-field', 'hidden', 'read-only', 'remount', 'setattr', 'file', 'tmpfs', 'named'],
    ...['anonymous', 'commit', 'rprivate', 'rslave', 'rshared', 'naive-target', 'after-pivot', 'openat2'],
  ],
  skippable: ['bind', 'remount', 'setattr', 'file', 'tmpfs', 'named', 'rprivate', 'rslave', 'openat2'],
  async run(lab) {
    const ground = await new Ground(lab).explore(lab);
    await dataIsLost(lab, ground); //       what a container writes goes with it
    await bindDirectory(lab, ground); //    a directory of the host inside: one directory, two paths
    await rootField(lab, ground); //        … and what mountinfo says of it
    await hidesWhatIsBelow(lab, ground); // a mount covers, and destroys nothing
    await flagIsIgnored(lab, ground); //    read-only takes
    await secondCall(lab, ground); //       … a second call
    await wholeTree(lab, ground); //        … or a better one
    await singleFile(lab, ground); //       a file instead of a directory
    await memoryOnly(lab, ground); //       nothing of the host at all: tmpfs
    await namedVolume(lab, ground); //      directories that tslab keeps
    await anonymousVolumes(lab, ground); // … and that nobody named
    await commitTakes(lab, ground); //      what becomes of all that in an image
    await privateVolume(lab, ground); //    mounts made later: neither side hears of the other's,
    await slaveVolume(lab, ground); //      the container of the host's,
    await sharedVolume(lab, ground); //     each of the other's
    await naiveTarget(lab, ground); //      an image with a symbolic link for a mount point
    await afterThePivot(lab, ground); //    … meets a better order of calls
    await resolveInRoot(lab, ground); //    … or a better call
  },
};
