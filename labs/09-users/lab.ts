import type { LabDefinition } from '../../src/lab/definition.js';
import { setgroupsStep } from './steps/groups.js';
import { idmapStep, imageStep } from './steps/layers.js';
import { mapStep, newUser } from './steps/mapped.js';
import { canHaveSubids, canIdmap, isRoot, ordinaryUsersMay } from './steps/possible.js';
import { fullInside, orderStep } from './steps/powers.js';
import { subidsStep } from './steps/ranges.js';
import { rootIsRoot } from './steps/root-is-root.js';
import { enterStep } from './steps/visitor.js';
import { volumeStep } from './steps/volumes.js';

export const usersLab: LabDefinition = {
  id: '09-users',
  temporary: true,
  steps: [
    ...['root-is-root', 'newuser', 'map', 'full-inside', 'order', 'image', 'idmap', 'volume'],
    ...['setgroups', 'subids', 'enter'],
  ],
  skippable: ['map', 'order', 'idmap', 'volume', 'enter'],
  unskippable: {
    'root-is-root': 'it is map without the flag',
    newuser: 'it is map without the map',
    'full-inside': 'it adds no call: it tries what root inside may do',
    image: 'it is idmap without the mapping',
    setgroups: 'it adds no call: it shows what the kernel refuses',
    subids: 'it begins without the two programs',
  },
  async run(lab) {
    if (await isRoot(lab, 'root-is-root')) await rootIsRoot(lab); // a number is all that root is
    await newUser(lab); //     a user namespace without a map: nobody
    await mapStep(lab); //     0 inside, another outside
    await fullInside(lab); //  all capabilities, and whom they are for
    await orderStep(lab); //   a namespace belongs to the user namespace that it was made in
    if (await isRoot(lab, 'image', 'idmap', 'volume')) {
      await imageStep(lab); //   an image is root’s, of the host
      if (await canIdmap(lab, 'idmap', 'volume')) {
        await idmapStep(lab); //   … or, by an id-mapped mount, the container’s
        await volumeStep(lab); //  and so is a volume
      }
    }
    if (await ordinaryUsersMay(lab, 'setgroups', 'subids')) {
      await setgroupsStep(lab); //                         groups that forbid
      if (await canHaveSubids(lab)) await subidsStep(lab); // ranges for ordinary users
    }
    if (await isRoot(lab, 'enter')) await enterStep(lab); // exec: who comes in is nobody yet
  },
};
