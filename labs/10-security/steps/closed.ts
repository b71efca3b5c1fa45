import { capset } from '../../../src/kernel/calls/index.js';
import { ownCapabilities } from '../../../src/kernel/credentials/capabilities.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { thisMachine } from '../../../src/seccomp/abi.js';
import { defaultProgram } from '../../../src/seccomp/builtin/program.js';
import { loadFilter } from '../calls/filter.js';
import { limitBounding } from '../calls/give-up.js';
import { FOURTEEN, maskOf } from './setup.js';

/** The filter that containers get by default. */
export function defaultFilter(): Syscall[] {
  return loadFilter(defaultProgram(thisMachine()));
}

// #region closed
/** Has these capabilities and no others. A program that is executed afterwards may get others (lab 10, `capabilities`): here none is. */
export function haveOnly(names: readonly string[]): Syscall[] {
  const kept = maskOf(names);
  return [capset(kept, kept, 0n)];
}

/** Gives up all but the fourteen at once: in a list of this lab calls follow that are to be refused, and no execve. */
export function keepFourteen(): Syscall[] {
  return [...limitBounding(ownCapabilities(), FOURTEEN), ...haveOnly(FOURTEEN.bounding)];
}

/**
 * What a container gives up by default. Attacks in this lab are calls of the list itself, so the filter is not the last call of it: before the
 * capabilities go, since it takes CAP_SYS_ADMIN.
 */
export function giveUpDefault(): Syscall[] {
  return [...defaultFilter(), ...haveOnly(FOURTEEN.bounding)];
}
// #endregion
