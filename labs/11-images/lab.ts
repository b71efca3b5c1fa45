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
    await oneTar(setup); //       one archive: one byte changes, and all is sent again
    await layersStep(setup); //   several archives: only the changed one is sent
    await diffIdStep(setup); //   digest: of what is sent; diff ID: of what it decompresses to
    await digestStep(setup); //   the digest, checked: a flipped bit is refused
    await configStep(setup); //   the config: command, variables, layers; its hash is the image ID
    await chainIdStep(setup); //  chain ID: a layer and all those below it
    await whiteoutStep(setup); // a whiteout: what an archive says of a deleted file
    await stillThere(setup); //   … whose content is in the layer below
    await hostileStep(setup); //  a link that leads outside: chroot comes first
    await unionStep(setup); //    unpacked layers: the lower directories of a container
    await commitStep(setup); //   upper: a new layer
    await buildStep(setup); //    a layer for each instruction, made once
    await registryStep(setup); // HEAD, POST, PUT: only missing blobs are sent
    await varLibDocker(setup); // the files of the store, and Docker’s
  },
};
