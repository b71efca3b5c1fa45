import { Layers } from '../../../rootfs/layers.js';
import type { TarEntry } from '../../../tar/entry.js';
import { layerOf } from '../../store/commit-layer.js';
import { Destination } from '../copy/destination.js';
import type { Instruction } from '../dockerfile/instructions.js';
import { type Draft, diffIdsOf, directoriesOf } from '../draft.js';
import { absolute, expandHere, type Here, now, ownerNamed } from './here.js';

/** WORKDIR, which makes the directory where there is none. */
export function takeWorkdir(instruction: Instruction & { readonly value: string }, here: Here): Promise<Draft> {
  const { draft, around } = here;
  const { settings } = draft;
  const path = absolute(expandHere(instruction.value, instruction, here), settings);
  using files = new Layers(directoriesOf(draft));
  const isThere = new Destination(files, { owner: undefined, mode: undefined, now: 0n }).isDirectory(path);
  return around.steps.take(draft, {
    text: `WORKDIR ${path}`,
    settings: { User: settings.User },
    after: { ...settings, WorkingDir: path },
    make: isThere ? undefined : () => makeDirectory(path, here),
  });
}

/** As with BuildKit it is the user's: the older builder of Docker made it root's, and then the program may not write there. */
async function makeDirectory(path: string, here: Here) {
  const { draft } = here;
  const owner = ownerNamed(draft.settings.User ?? '', here);
  using files = new Layers(directoriesOf(draft));
  const entries: TarEntry[] = [];
  new Destination(files, { owner, mode: undefined, now: now() }).directory(path, (entry) => entries.push(entry));
  return layerOf(entries, diffIdsOf(draft));
}
