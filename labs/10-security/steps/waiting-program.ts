import { close, open, write } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { pauseProgram } from '../../../src/kernel/machine-code/pause.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { SCRATCH } from './setup.js';

/** A program in the container that waits to be looked at. */
export const PROGRAM = `${SCRATCH}/waits`;

/** Writes it, as root of the container. */
export function newProgram(): Syscall[] {
  const file = open(PROGRAM, k.O_WRONLY | k.O_CREAT | k.O_EXCL | k.O_CLOEXEC, 0o755);
  return [file, write(file, pauseProgram()), close(file)];
}
