import { dirname } from 'node:path';
import type { Cgroup } from '../../src/cgroup/cgroup.js';
import { openTriedCgroups } from '../../src/cgroup/trial.js';
import { containerOf, sharesWith, startContainer } from '../../src/exercise/container.js';
import { type ListStage, listExercise } from '../../src/exercise/definition.js';
import { same } from '../../src/exercise/look.js';
import { SyscallError } from '../../src/kernel/errors/syscall-error.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import type { Lab } from '../../src/lab/lab.js';
import { stayAfter } from '../../src/lab/script.js';
import { membershipIn, readProcCgroup } from '../../src/procfs/cgroups.js';

export const payForYourVisit = listExercise({
  id: '05-pay-for-your-visit',
  form: 'list',
  facts: ['inside', 'cgroup', 'birth'],
  wrong: { 'cgroup-only': 'inside', 'host-path-inside': 'calls', 'too-late': 'birth', outside: 'cgroup' },
  needsCgroup: true,
  async prepare(lab): Promise<ListStage<'inside' | 'cgroup' | 'birth'>> {
    const cgroup = openTriedCgroups().create(`exercise-${process.pid}`, ['pids']);
    lab.atEnd(() => cgroup.remove());
    const container = await startContainer(lab, containerOf(lab), (pid) => cgroup.attach(pid));
    return {
      given: { pid: `${container.pid}`, cgroup: dirname(cgroup.file('pids.limit')) },
      async run(calls) {
        const { pid } = await stayAfter(lab, { calls });
        return {
          inside: () => sharesWith(container, pid, ['pid', 'mnt', 'net', 'ipc', 'uts']),
          cgroup: () => same(`/proc/${pid}/cgroup`, cgroupOf(container.pid), cgroupOf(pid)),
          birth: () => refusedWhenFull(lab, cgroup, calls),
        };
      },
    };
  },
});

/** Where processes are counted. */
function cgroupOf(pid: number): string {
  return membershipIn(readProcCgroup(pid), 'pids')?.path ?? 'none';
}

/**
 * The visit again, with room for one process: whoever has joined before its clone(2) takes that, and the clone is refused and counted. A
 * process that is moved in is not (pids.max, cgroups(7)).
 */
async function refusedWhenFull(lab: Lab, cgroup: Cgroup, calls: readonly Syscall[]) {
  cgroup.setPidsLimit(cgroup.pids().current + 1);
  const isRefused = await lab.folded(async () => isRefusedBy(stayAfter(lab, { calls })));
  const { refused } = cgroup.pids();
  return { held: isRefused && refused > 0, at: cgroup.file('pids.events'), says: `max ${refused}` };
}

async function isRefusedBy(visit: Promise<unknown>): Promise<boolean> {
  try {
    await visit;
    return false;
  } catch (error) {
    if (error instanceof SyscallError) return error.errno === 'EAGAIN';
    throw error;
  }
}
