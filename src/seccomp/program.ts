import type { Seccomp } from '../oci/seccomp.js';
import { thisMachine } from './abi.js';
import { defaultProgram } from './builtin/program.js';
import { isUsual } from './builtin/rules.js';
import { programOf } from './programs.js';

/** The filter of a container's rules, as seccomp(2) takes it. That of a usual one is a constant. Throws UserError (2) where no program could start with it. */
export function programFor(rules: Seccomp): Uint8Array {
  return isUsual(rules) ? defaultProgram(thisMachine()) : programOf(rules, thisMachine());
}
