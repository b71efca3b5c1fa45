import { execveat } from '../../../src/kernel/calls/index.js';
import { AT_EMPTY_PATH } from '../../../src/kernel/constants.js';
import { programFile, seal, writeProgram } from '../../../src/kernel/list/executable.js';
import type { Syscall } from '../../../src/kernel/syscall.js';

// #region seal
/**
 * Becomes a program that has no file: it lies in memory (memfd_create(2)), and after the seal nobody writes to it any more, not even root.
 * What finds it at /proc/self/exe finds nothing of the host's (CVE-2019-5736).
 */
export function execSealed(program: Uint8Array, argv: readonly string[]): Syscall[] {
  const file = programFile(argv[0] ?? '');
  return [file, writeProgram(file, program), seal(file), execveat(file, '', argv, [], AT_EMPTY_PATH)];
}
// #endregion
