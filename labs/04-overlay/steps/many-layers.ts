import { join } from 'node:path';
import { exitGroup } from '../../../src/kernel/calls/index.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { errnoOf } from '../../../src/lab/observation.js';
import { chrootInto, runScript } from '../../../src/lab/script.js';
import { privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { mountAtOnce, mountByShortNames, mountOverlay } from '../calls/mount.js';
import { type Overlay, overlayOptions } from '../calls/options.js';
import { container, makeLayer, type Setup } from './setup.js';

/** Enough to fill the largest page there is, 64 KiB, with paths of this many bytes; and not what fsconfig(2) cannot take, 256. */
const LAYERS = 280;
const PATH_LENGTH = 240;

export async function manyLayers({ lab, directory, image, newOverlay }: Setup): Promise<void> {
  const wanted = await lab.step('many-layers');
  const plain = newOverlay('many-layers');
  const overlay = { ...plain, lower: [...makeLayers(join(directory, 'many')), ...image] };
  await lab.measure('length of all options in one string', overlayOptions(overlay).length, 'bytes');
  const errno = await mountInOneCall(lab, overlay);
  await lab.check('mount(2), which cuts them off at the end of a page, says', 'ENOENT', errno);
  const modern = wanted ? await countLayers(lab, overlay, mountOverlay(overlay)) : errno;
  await lab.check('with a call for each layer, all are seen', LAYERS, modern);
  const older = wanted ? await countLayers(lab, overlay, mountByShortNames(overlay)) : errno;
  await lab.check('with short names for them, as before Linux 6.8, too', LAYERS, older);
}

/** Layers with long names, each with a file of its own. */
function makeLayers(parent: string): string[] {
  const padding = '-'.repeat(Math.max(PATH_LENGTH - parent.length - '/layer-000'.length, 0));
  return Array.from({ length: LAYERS }, (_, i) => {
    const name = `layer-${String(i).padStart(3, '0')}`;
    return makeLayer(join(parent, `${name}${padding}`), { [`many/${name}`]: '' });
  });
}

/** The errno of mount(2) with all layers in its options, or `mounted`. */
async function mountInOneCall(lab: Lab, overlay: Overlay): Promise<string> {
  const calls = [...privateMounts(), ...mountAtOnce(overlay).map(mayFail), exitGroup(0)];
  const child = await lab.start(container(calls));
  await child.exited;
  return errnoOf(child, 'mount') ?? 'mounted';
}

async function countLayers(lab: Lab, { target }: Overlay, mounting: readonly Syscall[]): Promise<string> {
  const script = 'ls /many | wc -l';
  const calls = [...privateMounts(), ...folded(mounting), ...chrootInto(target)];
  const { output } = await runScript(lab, container(calls), script);
  return output;
}

/** All layers but the first three are told as one line. */
function folded(calls: readonly Syscall[]): Syscall[] {
  return calls.map((call, i) => (isRepeated(call) && i > 4 ? { ...call, housekeeping: true } : call));
}

function isRepeated({ name, args }: Syscall): boolean {
  return (
    name === 'symlinkat' ||
    (name === 'fsconfig' && args.some((arg) => arg.kind === 'string' && arg.value === 'lowerdir+'))
  );
}
