import type { LabDefinition } from '../../src/lab/definition.js';
import { opaqueStep, whiteoutStep } from './steps/deletion.js';
import { diffStep } from './steps/diff.js';
import { copyEach, oneDirectory } from './steps/directories.js';
import { initLayerStep } from './steps/init-layer.js';
import { manyLayers } from './steps/many-layers.js';
import { mountinfoStep } from './steps/mountinfo.js';
import { redirectStep, renameStep } from './steps/rename.js';
import { makeStage } from './steps/setup.js';
import { twoContainers } from './steps/two-containers.js';
import { copyUp, unionStep } from './steps/union.js';
import { userNamespace } from './steps/user-namespace.js';

export const overlayLab: LabDefinition = {
  id: '04-overlay',
  steps: [
    ...['one-directory', 'copies', 'union', 'copy-up', 'whiteout', 'opaque', 'rename', 'redirect', 'diff'],
    ...['two-containers', 'init-layer', 'mountinfo', 'many-layers', 'user-namespace'],
  ],
  skippable: ['union', 'copy-up', 'redirect', 'two-containers', 'init-layer', 'many-layers', 'user-namespace'],
  async run(lab) {
    const stage = makeStage(lab);
    await oneDirectory(lab, stage); //  two containers in one root: they see each other's writes
    await copyEach(lab, stage); //      a copy for each: nobody sees anybody, and it costs
    await unionStep(lab, stage); //     three directories seen as one
    await copyUp(lab, stage); //        the first write copies the file
    await whiteoutStep(lab, stage); //  what was deleted is covered, not gone
    await opaqueStep(lab, stage); //    a directory that hides the one below
    await renameStep(lab, stage); //    what overlayfs cannot do cheaply …
    await redirectStep(lab, stage); //  … unless it is told to
    await diffStep(lab, stage); //      upper, read as a list of changes
    await twoContainers(lab, stage); // one image, two containers
    await initLayerStep(lab, stage); // a layer that no commit takes along
    await mountinfoStep(lab, stage); // what all that looks like from outside
    await manyLayers(lab, stage); //    more layers than one page of options can name
    await userNamespace(lab, stage); // the same without root
  },
};
