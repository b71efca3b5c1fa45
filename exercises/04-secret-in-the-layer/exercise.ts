import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { overlayRoot } from '../../labs/04-overlay/calls/root.js';
import { type Facts, type Finding, type ShellStage, shellExercise } from '../../src/exercise/definition.js';
import { gone, same } from '../../src/exercise/look.js';
import { makeLayer, statusOf } from '../../src/exercise/overlay.js';
import { CLONE_NEWNS } from '../../src/kernel/constants.js';
import type { Lab } from '../../src/lab/lab.js';
import { stayAfter } from '../../src/lab/script.js';
import { fileId } from '../../src/procfs/file-id.js';

type Id = 'lower' | 'whiteout' | 'hidden' | 'rest';

export const secretInTheLayer = shellExercise({
  id: '04-secret-in-the-layer',
  form: 'shell',
  facts: ['lower', 'whiteout', 'hidden', 'rest'],
  wrong: { removed: 'lower', 'in-place': 'lower', emptied: 'whiteout', below: 'hidden', 'left-out': 'rest' },
  prepare: (lab): ShellStage<Id> => {
    const image = lab.makeDirectory();
    makeLayer(image, FILES);
    return { given: { IMAGE: image }, facts: factsOf(lab, image) };
  },
});

const SECRET = 'srv/secret';
const KEY = 'key=0451\n';

/** Two layers, and the list of them: the top-most first. */
const FILES = {
  [`app/${SECRET}`]: KEY,
  'app/srv/page': 'hello\n',
  'base/etc/hostname': 'web\n',
  layers: 'app\nbase\n',
};

function factsOf(lab: Lab, image: string): Facts<Id> {
  const lower = join(image, 'app', SECRET);
  const before = contents(lower);
  return {
    lower: () => same(lower, before, existsSync(lower) ? contents(lower) : null),
    whiteout: () => {
      const found = layersOf(image).find((layer) => isWhiteout(join(image, layer, SECRET)));
      return found ? { held: true, at: join(image, found, SECRET), says: '0:0' } : gone(`*/${SECRET}`);
    },
    hidden: () => inContainer(lab, image, (root) => same(`/${SECRET}`, 'ENOENT', statusOf(join(root, SECRET)))),
    rest: () =>
      inContainer(lab, image, (root) => {
        const said = ['srv/page', 'etc/hostname'].map((path) => statusOf(join(root, path)));
        return same('/srv/page, /etc/hostname', 'there/there', said.join('/'));
      }),
  };
}

function contents(path: string): string {
  return `${fileId(path)}: ${JSON.stringify(readFileSync(path, 'utf8'))}`;
}

/** Those that a container would get, and those that are only there. */
function layersOf(image: string): string[] {
  return readFileSync(join(image, 'layers'), 'utf8')
    .split('\n')
    .filter((name) => /^[\w.-]+$/.test(name));
}

/** A character device 0:0 stands for what is not there any more (overlayfs.rst, "whiteouts and opaque directories"). */
function isWhiteout(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isCharacterDevice() === true && stat.rdev === 0;
}

/** Looks into a container that is made of the layers as they are listed now; it ends then. */
async function inContainer(lab: Lab, image: string, look: (root: string) => Finding): Promise<Finding> {
  const target = join(image, 'base', 'etc');
  const lower = layersOf(image).map((name) => join(image, name));
  const calls = overlayRoot({ lower: [...lower, lab.rootfs.path], target, privileged: lab.privileged });
  const container = await stayAfter(lab, { namespaces: CLONE_NEWNS, calls });
  try {
    return look(`/proc/${container.pid}/root`);
  } finally {
    await lab.kill(container);
  }
}
