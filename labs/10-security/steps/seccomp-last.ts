import { execve } from '../../../src/kernel/calls/index.js';
import { SyscallError } from '../../../src/kernel/errors/syscall-error.js';
import { PAUSE_CALL } from '../../../src/kernel/machine-code/pause.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostLines } from '../../../src/lab/observation.js';
import { withProgram } from '../../../src/lab/script.js';
import { thisMachine } from '../../../src/seccomp/abi.js';
import { encode } from '../../../src/seccomp/bpf.js';
import { compile } from '../../../src/seccomp/compile.js';
import { loadFilter } from '../calls/filter.js';
import { keepFourteen } from './closed.js';
import { container } from './setup.js';
import { newProgram, PROGRAM } from './waiting-program.js';

// #region strict
/** All that the program needs: to be executed, the one call that it makes, and an end. Any other call is its end. */
function strictFilter(): Syscall[] {
  const names = ['execve', PAUSE_CALL[thisMachine()], 'exit_group'];
  const rules = { defaultAction: 'SCMP_ACT_KILL_PROCESS', syscalls: [{ names, action: 'SCMP_ACT_ALLOW' }] } as const;
  return loadFilter(encode(compile(rules, thisMachine())));
}
// #endregion

// #region last
export async function seccompLast(lab: Lab): Promise<void> {
  await lab.step('seccomp-last');
  const [filter, giveUp] = [strictFilter(), keepFourteen()];
  await lab.check('capabilities first, then the filter', 'EACCES', await runWith(lab, [...giveUp, ...filter]));
  await lab.check('the filter first, then capabilities', 'SIGSYS at prctl', await runWith(lab, [...filter, ...giveUp]));
  await lab.check('the filter last, and execve does the rest', 'Seccomp: 2', await runWith(lab, filter));
}
// #endregion

/** What ended the list; or what the kernel says of the program. */
async function runWith(lab: Lab, calls: readonly Syscall[]): Promise<string> {
  const all = container(lab, ...newProgram(), ...calls);
  try {
    const child = await lab.start(withProgram(all, execve(PROGRAM, [PROGRAM], [])));
    const status = await lab.observe('after', hostLines(`/proc/${child.pid}/status`, /^Seccomp:/));
    return (status ?? '').replace('\t', ' ');
  } catch (error) {
    if (error instanceof SyscallError) return error.errno;
    const killed = /was killed by (\w+) during (\w+)/.exec(String(error));
    if (!killed) throw error;
    return `${killed[1]} at ${killed[2]}`;
  }
}
