import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Facts, type Finding, shellExercise } from '../../src/exercise/definition.js';
import { gone } from '../../src/exercise/look.js';
import { exitGroup, mkdir, mount, setns, umount2 } from '../../src/kernel/calls/index.js';
import { CLONE_NEWNS, MNT_DETACH } from '../../src/kernel/constants.js';
import { SyscallError } from '../../src/kernel/errors/syscall-error.js';
import type { Child } from '../../src/kernel/process.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import type { Lab } from '../../src/lab/lab.js';
import { findMount, type Mount, readMountinfo } from '../../src/procfs/mountinfo.js';
import { processesIn, readNamespace } from '../../src/procfs/namespaces.js';

type Id = 'apart' | 'arrives' | 'stays';

export const tomorrowsDisk = shellExercise({
  id: '06-tomorrows-disk',
  form: 'shell',
  facts: ['apart', 'arrives', 'stays'],
  wrong: { 'no-namespace': 'apart', private: 'arrives', shared: 'stays', 'too-late': 'arrives' },
  async prepare(lab, box) {
    const source = join(lab.makeDirectory(), 'source');
    mkdirSync(source);
    const places = [TOMORROW, INSIDE].map((name) => mkdir(join(source, name), 0o755));
    await within(lab, box.pid, [mount('disk', source, 'tmpfs', 0, null), ...places]);
    return { given: { SOURCE: source }, facts: factsOf(lab, box, source) };
  },
});

/** Directories of the source: on one the host mounts, on the other the container. */
const [TOMORROW, INSIDE] = ['tomorrow', 'inside'];

/** Makes calls in the mount namespace of a process. The errno where one is refused, or the process is gone. */
async function within(lab: Lab, pid: number, calls: readonly Syscall[]): Promise<string | undefined> {
  const list = (pidfd: number, own: number) => [setns(pidfd, CLONE_NEWNS | own), ...calls, exitGroup(0)];
  try {
    await (await lab.visit({ pid }, list)).exited;
    return undefined;
  } catch (error) {
    if (error instanceof SyscallError) return error.errno;
    throw error;
  }
}

function factsOf(lab: Lab, box: Child, source: string): Facts<Id> {
  const [tomorrow, inside] = [TOMORROW, INSIDE].map((name) => join(source, `${name}`)) as [string, string];
  return {
    apart: () => {
      const pid = apartFrom(box);
      return pid === undefined
        ? gone('/proc/PID/ns/mnt')
        : { held: true, at: `/proc/${pid}/ns/mnt`, says: `${readNamespace(pid, 'mnt')}` };
    },
    arrives: () =>
      whileMounted(lab, { by: box.pid, at: tomorrow }, () => {
        const pid = apartFrom(box) ?? 0;
        const found = findMount(readMountinfo(pid), tomorrow);
        return { held: found !== undefined, at: `/proc/${pid}/mountinfo: ${tomorrow}`, says: propagationOf(found) };
      }),
    stays: () =>
      whileMounted(lab, { by: apartFrom(box) ?? 0, at: inside }, () => {
        const isThere = findMount(readMountinfo(box.pid), inside) !== undefined;
        return { held: !isThere, at: `/proc/${box.pid}/mountinfo: ${inside}`, says: isThere ? 'there' : 'not there' };
      }),
  };
}

/** The newest process of the box that has other mounts. */
function apartFrom({ pid }: Child): number | undefined {
  const mounts = readNamespace(pid, 'mnt');
  const others = processesIn(readNamespace(pid, 'pid')).filter((one) => readNamespace(one.pid, 'mnt') !== mounts);
  return others.at(-1)?.pid;
}

/** As mountinfo has it: `master:12`. */
function propagationOf(mount: Mount | undefined): string {
  if (mount === undefined) return 'not there';
  const { shared, master } = mount.propagation;
  return Object.entries({ shared, master })
    .flatMap(([type, group]) => (group === undefined ? [] : `${type}:${group}`))
    .join(' ');
}

/** What is seen while a process has mounted something: afterwards all is as before. */
async function whileMounted(lab: Lab, { by, at }: { by: number; at: string }, look: () => Finding): Promise<Finding> {
  const refused = await within(lab, by, [mount('disk', at, 'tmpfs', 0, null)]);
  if (refused !== undefined) return gone(at, refused);
  try {
    return look();
  } finally {
    await within(lab, by, [umount2(at, MNT_DETACH)]);
  }
}
