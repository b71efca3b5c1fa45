import { exitGroup, mount } from '../../../src/kernel/calls/index.js';
import { UserError } from '../../../src/kernel/errors/user-error.js';
import { mayFail, type Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { RefusalWatch } from '../../../src/why/watch.js';
import { defaultFilter, haveOnly } from './closed.js';
import { container, FOURTEEN, outcomes, SCRATCH } from './setup.js';

// #region why
export async function whyStep(lab: Lab): Promise<void> {
  await lab.step('why');
  const [filter, capabilities] = [defaultFilter(), haveOnly(FOURTEEN.bounding)];
  const both = [...filter, ...capabilities];
  await lab.check('mount, in a container', 'EPERM', await mountBehind(lab, both));
  await lab.check('mount, without the filter', 'EPERM', await mountBehind(lab, capabilities));
  await lab.check('mount, with all capabilities', 'EPERM', await mountBehind(lab, filter));
  await lab.check('mount, without the filter and with all capabilities', 'done', await mountBehind(lab, []));
  await askTheKernel(lab, both, capabilities);
}

/** The same call, each time behind other layers: a container of its own, which is gone afterwards. */
async function mountBehind(lab: Lab, layers: readonly Syscall[], follow?: (pid: number) => void): Promise<string> {
  const call = mayFail(mount('tmpfs', SCRATCH, 'tmpfs', 0, 'size=64k'));
  const child = await lab.start(container(lab, ...layers, call, exitGroup(0)), follow);
  await child.exited;
  return outcomes(child, 'mount').at(-1) ?? '';
}
// #endregion

// #region traced
/** The kernel's tracer tells which call was never entered, and which capability was asked for within one (Linux 6.14). */
async function askTheKernel(lab: Lab, both: readonly Syscall[], capabilities: readonly Syscall[]): Promise<void> {
  using watch = newWatch();
  if (!watch) return;
  const refusedBy = async (layers: readonly Syscall[]) => {
    await mountBehind(lab, layers, (pid) => watch.follow(pid));
    const refused = watch.end().refusals.findLast(({ call }) => call === 'mount');
    return refused?.isFiltered ? 'the filter' : refused?.lacks.join(' ') || 'nobody';
  };
  await lab.check('who refuses mount, according to the tracer', 'the filter', await refusedBy(both));
  if (watch.tellsCapabilities)
    await lab.check('and without the filter', 'CAP_SYS_ADMIN', await refusedBy(capabilities));
}
// #endregion

/** Undefined where the tracer does not tell: it takes root. */
function newWatch(): RefusalWatch | undefined {
  try {
    return new RefusalWatch(true);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
