import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callUntraced } from '../../../../src/kernel/call.js';
import { nameToHandle, newHandle, openByHandle } from '../../../../src/kernel/calls/handles.js';
import { exitGroup, open, read } from '../../../../src/kernel/calls/index.js';
import * as k from '../../../../src/kernel/constants.js';
import { CAPABILITIES } from '../../../../src/kernel/credentials/capability-names.js';
import { errnoName } from '../../../../src/kernel/errors/errno.js';
import { mayFail, type Syscall } from '../../../../src/kernel/syscall.js';
import type { Lab } from '../../../../src/lab/lab.js';
import { attachVolume, openVolume } from '../../../06-volumes/calls/mounts.js';
import { defaultFilter, haveOnly } from '../closed.js';
import { isRoot } from '../possible.js';
import { container, directoryFor, outcomes, SCRATCH } from '../setup.js';

const SECRET = 'a file of the host';
const VOLUME = `${SCRATCH}/volume`;

// #region handle
export async function handleStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('handle');
  const directory = directoryFor(lab, 'handle');
  const [volume, secret] = [join(directory, 'volume'), join(directory, 'secret')];
  mkdirSync(volume);
  writeFileSync(secret, SECRET);
  const handle = newHandle();
  await lab.call(nameToHandle(secret, handle));
  const without = wanted ? haveOnly(CAPABILITIES.filter((name) => name !== 'CAP_DAC_READ_SEARCH')) : [];
  const attack = (calls: readonly Syscall[]) => openFrom(lab, { volume, calls }, handle);
  await lab.check('a file beside the volume, by its handle', SECRET, await attack([]));
  await lab.check('the same without CAP_DAC_READ_SEARCH', 'EPERM', await attack(without));
  await lab.check('the same with it, behind the default filter', 'EPERM', await attack(defaultFilter()));
}

/** A container with a volume opens a file that no path in it leads to. What it reads, or why the kernel has not opened it. */
async function openFrom(lab: Lab, { volume, calls }: { volume: string; calls: readonly Syscall[] }, handle: Buffer) {
  const into = Buffer.alloc(SECRET.length);
  const tree = openVolume(volume);
  const options = { readOnly: false, propagation: 0, isDirectory: true };
  const place = open(VOLUME, k.O_RDONLY | k.O_DIRECTORY | k.O_CLOEXEC);
  const file = mayFail(openByHandle(place, handle, k.O_RDONLY));
  const attack = [
    ...attachVolume(tree, VOLUME, options),
    place,
    ...calls,
    file,
    mayFail(read(file, into)),
    exitGroup(0),
  ];
  const made = container(lab, ...attack);
  const child = await lab.start({ ...made, calls: [tree, ...made.calls] });
  const outcome = outcomes(child, 'open_by_handle_at').at(-1) ?? '';
  return outcome === 'done' ? into.toString() : outcome;
}
// #endregion

/** Whether it is root who asks, and files of the lab's directory have handles; of the step, where they have none, says so. Layers of an overlay have none. */
export async function hasHandles(lab: Lab): Promise<boolean> {
  if (!(await isRoot(lab, 'handle'))) return false;
  const result = callUntraced(nameToHandle(directoryFor(lab, 'handle'), newHandle()));
  if (result >= 0) return true;
  const why = `Files have no handles where tslab keeps its state (name_to_handle_at: ${errnoName(-result)}).`;
  await lab.cannot(
    'handle',
    `${why} Remedy: name a directory on another filesystem as TSLAB_STATE. tslab doctor says more.`,
  );
  return false;
}
