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
    if (await isRoot(lab, 'root-is-root')) await rootIsRoot(lab); // without a user namespace: root inside is root outside
    await newUser(lab); //     CLONE_NEWUSER without a map: uid 65534
    await mapStep(lab); //     uid_map: 0 inside, another uid outside
    await fullInside(lab); //  all capabilities, over what the namespace owns
    await orderStep(lab); //   a namespace belongs to the user namespace in which it was made
    if (await isRoot(lab, 'image', 'idmap', 'volume')) {
      await imageStep(lab); //   files of an image: ids that no map has
      if (await canIdmap(lab, 'idmap', 'volume')) {
        await idmapStep(lab); //   … by an id-mapped mount: the container’s ids
        await volumeStep(lab); //  … and the files of a volume likewise
      }
    }
    if (await ordinaryUsersMay(lab, 'setgroups', 'subids')) {
      await setgroupsStep(lab); //                         setgroups: denied before an ordinary user writes gid_map
      if (await canHaveSubids(lab)) await subidsStep(lab); // newuidmap, newgidmap: ranges for ordinary users
    }
    if (await isRoot(lab, 'enter')) await enterStep(lab); // setns changes the namespace; setresuid, the user
  },
};
