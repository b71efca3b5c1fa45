import { execveat } from '../../../src/kernel/calls/index.js';
import { AT_EMPTY_PATH } from '../../../src/kernel/constants.js';
import { programFile, seal, writeProgram } from '../../../src/kernel/list/executable.js';
import { elfProgram } from '../../../src/kernel/machine-code/elf.js';
import { INIT_CODE } from '../../../src/kernel/machine-code/init.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

/** The init as a file. Throws on a machine for which there is none. */
export function initProgram(arch: NodeJS.Architecture = process.arch): Buffer {
  const init = INIT_CODE[arch];
  if (!init) throw new Error(`tslab's init is written for x86-64 and arm64, and this machine is ${arch}`);
  return elfProgram(Buffer.from(init.code.replace(/\s/g, ''), 'hex'), arch);
}

// #region init
/**
 * Becomes the init, which starts the program: `paths` are tried in turn. The init lies in a file without a name
 * (memfd_create(2)), so nothing has to be put into the image, and it is sealed, so nothing inside can change it.
 */
export function execInit(paths: readonly string[], args: readonly string[], env: readonly string[]): Syscall[] {
  const file = programFile('tslab-init');
  const argv = ['tslab-init', ...paths, '', ...args];
  return [file, writeProgram(file, initProgram()), seal(file), execveat(file, '', argv, env, AT_EMPTY_PATH)];
}
// #endregion
