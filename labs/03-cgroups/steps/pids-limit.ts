import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import type { Child } from '../../../src/kernel/process.js';
import { chrootInto, runScript, shell, withProgram } from '../../../src/lab/script.js';
import { limitPids } from '../calls/limits.js';
import { bomb, sizeOfBomb } from './programs.js';
import { briefly, container, look, newGroup, removeGroup, type Setup, type Step, set } from './setup.js';

const PATIENCE_MS = 20_000;

// #region pids-limit
/** A fork bomb goes off: first freely (it has an end), then under a limit. */
export const pidsLimit: Step = {
  id: 'pids-limit',
  needs: ['pids'],
  skippable: true,
  async run(setup, wanted) {
    const { lab, options } = setup;
    const free = await newGroup(setup, 'pids-free', ['pids']);
    await explode(setup, free);
    await lab.measure('processes without the limit', free.pids().current, 'processes');
    await removeGroup(setup, free);

    const group = await newGroup(setup, 'pids-limit', ['pids']);
    await look({ lab, group }, 'before', ['pids.events']);
    await set({ lab, group }, ['pids.limit'], wanted && (() => limitPids(group, options.pids)));
    const child = await explode(setup, group);
    await look({ lab, group }, 'after', ['pids.events']);
    await tellLimited(setup, group);
    await outside(setup);
    lab.afterStep(async () => void (await lab.finish(child, 'the fork bomb')));
  },
};
// #endregion

/** Starts the bomb and waits until all of it runs, or the kernel has refused to let it grow. */
async function explode({ lab, options }: Setup, group: Cgroup): Promise<Child> {
  const depth = Math.ceil(Math.log2(options.pids));
  const spec = withProgram(container({ lab, group }), shell(bomb(depth)));
  const child = await briefly(lab, () => lab.start({ ...spec, stdio: ['null', 'null', 'pipe'] }));
  await lab.until(() => group.pids().current >= sizeOfBomb(depth) || group.pids().refused > 0, PATIENCE_MS);
  return child;
}

async function tellLimited({ lab, options }: Setup, group: Cgroup): Promise<void> {
  const { current, peak, refused } = group.pids();
  const most = Math.max(current, peak ?? 0);
  await lab.measure('processes with the limit', most, 'processes');
  const told = { expected: `at most ${options.pids}`, actual: `${most}` };
  await lab.checkThat('there were never more processes than the limit', most <= options.pids, told);
  const times = { expected: 'at least once', actual: `${refused} times` };
  await lab.checkThat('the kernel refused to fork (EAGAIN), and counted it', refused > 0, times);
}

/** One who is not in the cgroup notices nothing. */
async function outside({ lab }: Setup): Promise<void> {
  const calls = chrootInto(lab.rootfs.path);
  const { output } = await briefly(lab, () => runScript(lab, { calls }, 'echo started'));
  await lab.check('outside, processes start as before', 'started', output);
}
