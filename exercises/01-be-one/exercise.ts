import { type Facts, shellExercise } from '../../src/exercise/definition.js';
import { gone, same } from '../../src/exercise/look.js';
import type { Child } from '../../src/kernel/process.js';
import { findMount, readMountinfo } from '../../src/procfs/mountinfo.js';
import { readNamespace, readNspid } from '../../src/procfs/namespaces.js';
import { ifReadable, readProc } from '../../src/procfs/proc.js';
import { listProcesses, type Process } from '../../src/procfs/processes.js';

export const beOne = shellExercise({
  id: '01-be-one',
  form: 'shell',
  facts: ['pid-one', 'mounts', 'proc', 'host'],
  wrong: { 'no-fork': 'pid-one', 'no-proc': 'mounts', 'old-proc': 'proc', 'host-proc': 'mounts' },
  prepare: (_, box) => ({ given: {}, facts: factsOf(box) }),
});

function factsOf(box: Child): Facts<'pid-one' | 'mounts' | 'proc' | 'host'> {
  const mountinfo = () => readProc(box.pid, 'mountinfo');
  const before = mountinfo();
  const device = procDevice(box.pid);
  return {
    'pid-one': () => {
      const one = newOne(box);
      return one === undefined
        ? gone('NSpid')
        : { held: true, at: `/proc/${one}/status`, says: `NSpid: ${readNspid(one)?.join(' ')}` };
    },
    mounts: () => {
      const [one, mnt] = [newOne(box) ?? 0, readNamespace(newOne(box) ?? 0, 'mnt')];
      const held = mnt !== null && mnt !== readNamespace(box.pid, 'mnt');
      return { held, at: `/proc/${one}/ns/mnt`, says: `mnt:[${mnt}]` };
    },
    proc: () => {
      const one = newOne(box) ?? 0;
      const own = procDevice(one);
      const isProc = own !== null && own !== device;
      return { held: isProc, at: `/proc/${one}/mountinfo`, says: `/proc: ${own}` };
    },
    host: () => same(`/proc/${box.pid}/mountinfo`, 'as before', mountinfo() === before ? 'as before' : 'changed'),
  };
}

/** The newest process that is PID 1 of a pid namespace right below that of the box, where its parent is. */
function newOne(box: Child): number | undefined {
  const outer = readNamespace(box.pid, 'pid');
  const isNew = ({ pid, ppid }: Process) => isOne(pid) && readNamespace(ppid, 'pid') === outer && pid !== box.pid;
  return listProcesses().filter(isNew).at(-1)?.pid;
}

/** NSpid has its numbers from the host's pid namespace to its own. */
function isOne(pid: number): boolean {
  return (readNspid(pid) ?? []).at(-1) === 1;
}

/** `major:minor` of what is mounted on a process's /proc: each pid namespace has a procfs of its own. */
function procDevice(pid: number): string | null {
  const mounts = ifReadable(() => readMountinfo(pid)) ?? [];
  return findMount(mounts, '/proc')?.device ?? null;
}
