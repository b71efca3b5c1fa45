import { UserError } from '../kernel/errors/user-error.js';
import { type SyscallName, syscallNumber } from '../kernel/numbers.js';
import type { Seccomp } from '../oci/seccomp.js';
import { ABIS, ABIS_OF, type Machine, thisMachine } from './abi.js';
import { isMade } from './actions.js';
import { decode } from './bpf.js';
import { interpret } from './interpret.js';

/** For a first argument that is a descriptor: a filter may allow some of them only, and these are the lowest. */
const SOME_ARGUMENT = 1000n;

/** Whether a filter lets a call of this machine's own ABI through. */
export function allows(program: Uint8Array, name: SyscallName, machine: Machine = thisMachine()): boolean {
  const { audit } = ABIS[ABIS_OF[machine][0]];
  const call = { arch: audit, number: syscallNumber(name, machine), args: [SOME_ARGUMENT] };
  return isMade(interpret(decode(program), call).value);
}

/** Throws UserError (2) where rules of a bundle are none that a filter could have. Profiles are checked when they are read, line by line. */
export function refuseImpossible({ defaultAction, syscalls = [] }: Seccomp): void {
  const index = syscalls.flatMap(({ args = [] }) => args.map((one) => one.index)).find((one) => one > 5);
  if (index !== undefined) {
    throw new UserError(`linux.seccomp looks at argument ${index} of a call`, 2, 'A call has six, from 0 to 5.');
  }
  if ([defaultAction, ...syscalls.map(({ action }) => action)].includes('SCMP_ACT_NOTIFY')) {
    const remedy = 'Take SCMP_ACT_ERRNO for it: the call is refused then, and nobody asked.';
    throw new UserError('linux.seccomp has SCMP_ACT_NOTIFY, and tslab asks no listener', 2, remedy);
  }
}

/** The filter is loaded before the program is executed. Throws UserError (2) where that could not be. */
export function refuseUseless(program: Uint8Array, machine: Machine): void {
  if (allows(program, 'execve', machine)) return;
  const remedy = 'Add execve to the calls that it allows.';
  throw new UserError('This seccomp profile does not allow execve, so no program can start', 2, remedy);
}
