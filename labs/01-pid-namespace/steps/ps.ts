import * as k from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { shell } from '../../../src/lab/script.js';
import { readMountinfo } from '../../../src/procfs/mountinfo.js';
import { enterRoot, mountProc } from '../calls/proc.js';

export async function psShowsTheHost(lab: Lab): Promise<void> {
  await lab.step('old-proc');
  const listed = await processList(lab, []);
  const others = listed.filter((comm) => comm !== 'sh' && comm !== 'ps').length;
  const told = {
    expected: 'processes of the host',
    actual: `${listed.length} processes, ${others} of them of the host`,
  };
  await lab.checkThat('ps inside still sees the host', others > 0, told);
}

// #region mount-proc-step
export async function psShowsTheContainer(lab: Lab): Promise<void> {
  await lab.step('mount-proc');
  const before = readMountinfo().length;
  const listed = await processList(lab, lab.unlessSkipped('mount-proc', mountProc('/proc')));
  await lab.check('ps inside sees the container and nothing else', 'sh, ps', listed.slice(0, 9).join(', '));
  await lab.check('the host has as many mounts as before', before, readMountinfo().length);
}
// #endregion

/** What `ps` in a new pid namespace lists, after some calls more. */
async function processList(lab: Lab, calls: readonly Syscall[]): Promise<string[]> {
  const command = 'ps -eo pid,ppid,comm';
  const list = [...enterRoot(lab.rootfs.path), ...calls, shell(`${command}; exit`)];
  const { output } = await lab.run({ namespaces: k.CLONE_NEWPID | k.CLONE_NEWNS, calls: list }, command);
  return output
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/).at(-1) as string);
}
