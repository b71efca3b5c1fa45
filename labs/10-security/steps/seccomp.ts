import { unshare } from '../../../src/kernel/calls/index.js';
import { clone3 } from '../../../src/kernel/calls/privileged.js';
import * as k from '../../../src/kernel/constants.js';
import { type SyscallName, syscallNumber } from '../../../src/kernel/numbers.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostLines, observed } from '../../../src/lab/observation.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { ABIS, ABIS_OF, thisMachine } from '../../../src/seccomp/abi.js';
import { describeReturn } from '../../../src/seccomp/actions.js';
import { decode } from '../../../src/seccomp/bpf.js';
import { defaultProgram } from '../../../src/seccomp/builtin/program.js';
import { renderPath } from '../../../src/seccomp/explain.js';
import { interpret } from '../../../src/seccomp/interpret.js';
import { loadFilter } from '../calls/filter.js';
import { container, outcomes } from './setup.js';

// #region seccomp
export async function seccompStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('seccomp');
  const program = defaultProgram(thisMachine());
  const open = await tryCalls(lab, []);
  await lab.check('unshare, without a filter', 'done', open.unshare);
  await lab.check('clone3, without a filter', 'EINVAL', open.clone3);
  const answer = await tellPath(lab, program);
  const closed = await tryCalls(lab, wanted ? loadFilter(program) : []);
  await lab.check('unshare, with the filter: what its program says', answer, closed.unshare);
  await lab.check('clone3, with the filter', 'ENOSYS', closed.clone3);
  await lab.check('mode of seccomp: a filter', '2', closed.mode);
}

/** Root with all its capabilities: what is refused here, the filter refuses. */
async function tryCalls(lab: Lab, filter: readonly Syscall[]) {
  const calls = [...filter, mayFail(unshare(k.CLONE_NEWUTS)), mayFail(clone3())];
  const child = await lab.start(container(lab, ...calls, shellThatStays()));
  const path = `/proc/${child.pid}/status`;
  const status = await lab.observe('after', hostLines(path, /^Seccomp:/), madeBy(child, 'seccomp'));
  const [unshared = '', cloned = ''] = [outcomes(child, 'unshare')[0], outcomes(child, 'clone3')[0]];
  return { unshare: unshared, clone3: cloned, mode: /\d+/.exec(status ?? '')?.[0] ?? '' };
}
// #endregion

// #region path
/** What the kernel carries out of the program for a call, by our own interpreter of it. Where it ends. */
async function tellPath(lab: Lab, bytes: Uint8Array): Promise<string> {
  const [program, call] = [decode(bytes), seenByFilter('unshare', k.CLONE_NEWUTS)];
  const path = renderPath(program, call).join('\n');
  await lab.observe('during', observed('host', 'unshare(CLONE_NEWUTS), on its way through the filter', path));
  return describeReturn(interpret(program, call).value);
}

/** struct seccomp_data (seccomp(2)) */
function seenByFilter(name: SyscallName, ...args: readonly number[]) {
  const arch = ABIS[ABIS_OF[thisMachine()][0]].audit;
  return { arch, number: syscallNumber(name), args: args.map(BigInt) };
}
// #endregion
