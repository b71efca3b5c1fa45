import type { LabDefinition } from '../../src/lab/definition.js';
import { buildStep } from './steps/build.js';
import { commitStep } from './steps/commit.js';
import { stillThere, whiteoutStep } from './steps/deletion.js';
import { diffIdStep, digestStep } from './steps/digests.js';
import { hostileStep } from './steps/hostile.js';
import { layersStep, oneTar } from './steps/layers.js';
import { chainIdStep, configStep } from './steps/names.js';
import { registryStep } from './steps/registry.js';
import { makeSetup } from './steps/setup.js';
import { varLibDocker } from './steps/store-files.js';
import { unionStep } from './steps/union.js';

export const imagesLab: LabDefinition = {
  id: '11-images',
  temporary: true,
  steps: [
    ...['one-tar', 'layers', 'diff-id', 'digest', 'config', 'chain-id', 'whiteout', 'still-there', 'hostile'],
    ...['union', 'commit', 'build', 'registry', 'var-lib-docker'],
  ],
  skippable: ['layers', 'digest', 'chain-id', 'whiteout', 'hostile', 'union', 'commit', 'build', 'registry'],
  unskippable: {
    'one-tar': 'it is layers without them',
    'diff-id': 'it adds no call: it hashes what is sent',
    config: 'it adds no call: it writes the file that an image is',
    'still-there': 'it is about what no later layer takes away',
    'var-lib-docker': 'it adds no call: it looks at files',
  },
  async run(lab) {
    const setup = await makeSetup(lab);
    await oneTar(setup); //       an image is an archive: one byte more, and all is sent again
    await layersStep(setup); //   … several: only what has changed is
    await diffIdStep(setup); //   what is named: not what is sent, but what is in it
    await digestStep(setup); //   a name that tells whether the content is right
    await configStep(setup); //   what is in no layer
    await chainIdStep(setup); //  a layer on others is something else
    await whiteoutStep(setup); // deleted, in an archive
    await stillThere(setup); //   … and not gone
    await hostileStep(setup); //  whoever made it, it stays inside
    await unionStep(setup); //    from archives to the root of a container
    await commitStep(setup); //   and back
    await buildStep(setup); //    the same for each line of a file, once
    await registryStep(setup); // who has what already
    await varLibDocker(setup); // where all that lies
  },
};
