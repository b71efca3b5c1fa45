import type { LabDefinition } from '../../src/lab/definition.js';
import { opaqueStep, whiteoutStep } from './steps/deletion.js';
import { diffStep } from './steps/diff.js';
import { copyEach, oneDirectory } from './steps/directories.js';
import { manyLayers } from './steps/many-layers.js';
import { mountinfoStep } from './steps/mountinfo.js';
import { initLayerStep } from './steps/own-files.js';
import { redirectStep, renameStep } from './steps/rename.js';
import { makeSetup } from './steps/setup.js';
import { twoContainers } from './steps/two-containers.js';
import { copyUp, unionStep } from './steps/union.js';
import { userNamespace } from './steps/user-namespace.js';

export const overlayLab: LabDefinition = {
  id: '04-overlay',
  temporary: true,
  steps: [
    ...['one-directory', 'copies', 'union', 'copy-up', 'whiteout', 'opaque', 'rename', 'redirect', 'diff'],
    ...['two-containers', 'init-layer', 'mountinfo', 'many-layers', 'user-namespace'],
  ],
  skippable: ['union', 'copy-up', 'redirect', 'two-containers', 'init-layer', 'many-layers', 'user-namespace'],
  unskippable: {
    'one-directory': 'it is copies without the copy',
    copies: 'it adds no call: it copies files',
    whiteout: 'it adds no call: overlayfs does this by itself',
    opaque: 'it adds no call: overlayfs does this by itself',
    rename: 'it is redirect without the option',
    diff: 'it adds no call: it looks at upper',
    mountinfo: 'it adds no call: it looks at the mount',
  },
  async run(lab) {
    const setup = makeSetup(lab);
    await oneDirectory(setup); //  two containers in one root: they see each other's writes
    await copyEach(setup); //      a copy for each: nobody sees anybody, and it costs
    await unionStep(setup); //     three directories seen as one
    await copyUp(setup); //        the first write copies the file
    await whiteoutStep(setup); //  whiteouts: deleted files are covered, not gone
    await opaqueStep(setup); //    a directory that hides the one below
    await renameStep(setup); //    what overlayfs cannot do cheaply …
    await redirectStep(setup); //  … unless it is told to
    await diffStep(setup); //      upper, read as a list of changes
    await twoContainers(setup); // one image, two containers
    await initLayerStep(setup); // the init layer: no commit includes it
    await mountinfoStep(setup); // what the overlay looks like from outside
    await manyLayers(setup); //    more layers than one page of options can name
    await userNamespace(setup); // the same without root
  },
};
