import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackLayer } from '../../../src/image/layer/unpack-layer.js';
import { chdir, exitGroup } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWNS } from '../../../src/kernel/constants.js';
import { SyscallError } from '../../../src/kernel/errors/syscall-error.js';
import { UserError } from '../../../src/kernel/errors/user-error.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostFile } from '../../../src/lab/observation.js';
import { enterLayer, makeFile, makeLink } from '../calls/layer.js';
import { archiveOf, membersOf } from './archive.js';
import { bytesAt, type Setup } from './setup.js';

/** What lies beside the layer's directory, and belongs to nobody's image. */
const OURS = 'ours\n';

// #region hostile
export async function hostileStep(setup: Setup): Promise<void> {
  const { lab, directory } = setup;
  const wanted = await lab.step('hostile');
  const outside = join(directory('outside'), 'file');
  const members = [...makeLink('etc', join(outside, '..')), ...makeFile('etc/file', 'theirs\n')];
  const attack = async (name: string, begin: (layer: string) => readonly Syscall[]) => {
    writeFileSync(outside, OURS);
    await lab.observe('before', hostFile(outside));
    const result = await make(lab, [...begin(directory(name)), ...members, exitGroup(0)]);
    return { result, text: await lab.observe('after', hostFile(outside)) };
  };
  const naive = await attack('naive', (layer) => [chdir(layer)]);
  await lab.check('a file outside, unpacked without chroot', 'theirs', naive.text);
  const safe = await attack('rooted', (layer) => (wanted ? enterLayer(layer) : [chdir(layer)]));
  await lab.check('the same list, after chroot', 'ENOENT', safe.result);
  await lab.check('a file outside, unpacked after chroot', 'ours', safe.text);
  await lab.check('a whiteout of the directory above, .wh...', 'refused', await deleteAbove(setup, wanted));
}
// #endregion

/** `done`, or the errno that ends the list. */
async function make(lab: Lab, calls: readonly Syscall[]): Promise<string> {
  try {
    const child = await lab.start({ namespaces: CLONE_NEWNS, calls });
    await child.exited;
    return 'done';
  } catch (error) {
    if (error instanceof SyscallError) return error.errno;
    throw error;
  }
}

// #region above
/** `.wh.` and a name deletes that. Which name is `..`? A program that only cuts the prefix off deletes the directory above (umoci 0.4.7 did). */
async function deleteAbove({ directory }: Setup, isChecked: boolean): Promise<string> {
  const above = directory('above');
  const layer = join(above, 'layer');
  mkdirSync(layer);
  writeFileSync(join(above, 'kept'), OURS);
  const name = '.wh...';
  if (!isChecked) rmSync(join(layer, name.slice('.wh.'.length)), { recursive: true });
  else if (await isRefused(archiveOf(membersOf({ [name]: '' })), layer)) return 'refused';
  return bytesAt(join(above, 'kept')) ? 'done' : 'deleted';
}
// #endregion

async function isRefused(archive: Buffer, directory: string): Promise<boolean> {
  try {
    await unpackLayer([archive], directory);
    return false;
  } catch (error) {
    return error instanceof UserError;
  }
}
