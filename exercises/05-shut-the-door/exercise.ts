import { closeSync, constants, openSync } from 'node:fs';
import { containerOf, sharesWith, startContainer } from '../../src/exercise/container.js';
import { type Finding, type ListStage, listExercise } from '../../src/exercise/definition.js';
import { same } from '../../src/exercise/look.js';
import { close, dup3, mount, open, setns, symlink } from '../../src/kernel/calls/index.js';
import * as k from '../../src/kernel/constants.js';
import { SyscallError } from '../../src/kernel/errors/syscall-error.js';
import type { Child } from '../../src/kernel/process.js';
import { housekeeping, type Syscall } from '../../src/kernel/syscall.js';
import type { Lab } from '../../src/lab/lab.js';
import { shellThatStays } from '../../src/lab/script.js';
import { fileId } from '../../src/procfs/file-id.js';
import { readMountinfo } from '../../src/procfs/mountinfo.js';
import { readProc } from '../../src/procfs/proc.js';

export const shutTheDoor = listExercise({
  id: '05-shut-the-door',
  form: 'list',
  facts: ['inside', 'tmp', 'within'],
  wrong: { cloexec: 'within', 'only-one': 'within', 'too-late': 'within', 'before-setns': 'tmp' },
  async prepare(lab): Promise<ListStage<'inside' | 'tmp' | 'within'>> {
    const container = await startContainer(lab, containerOf(lab, LINKS));
    const { pid } = container;
    return {
      given: { pid: `${pid}`, first: `${FIRST}`, cwd: HARMLESS },
      async run(calls) {
        const visitor = await visit(lab, container, calls);
        return {
          inside: () => sharesWith(container, visitor.pid, ['pid', 'mnt', 'net', 'ipc', 'uts']),
          tmp: () =>
            same(`/proc/${visitor.pid}/cwd`, fileId(`/proc/${pid}/root/tmp`), fileId(`/proc/${visitor.pid}/cwd/`)),
          within: () => lab.folded(() => firstWayOut(lab, container, calls)),
        };
      },
    };
  },
});

/** The working directory that the list is given; the others take its place. */
const HARMLESS = '/tmp';
/** From here on there are descriptors that somebody has forgotten: in runc it was 7 or 8 (CVE-2024-21626). */
const FIRST = 100;

/** In the container’s own /tmp: an image may have such links. */
const LINKS = [
  mount('tmpfs', '/tmp', 'tmpfs', k.MS_NOSUID | k.MS_NODEV, 'mode=1777'),
  symlink('/proc/self/fd/100', '/tmp/door'),
  symlink('door', '/tmp/window'),
];

/** Working directories that a Dockerfile, or whoever calls `docker exec -w`, may ask for. */
const HOSTILE = [
  ...[100, 101, 102].flatMap((fd) => [
    `/proc/self/fd/${fd}`,
    `/proc/thread-self/fd/${fd}`,
    `/proc/self/fd/${fd}/..`,
    `/dev/fd/${fd}`,
  ]),
  '/proc/self/fd/103/1/root',
  '/proc/self/fd/103/1/cwd',
  '/dev/fd/103/1/root/tmp',
  '/dev/fd/101/../../../..',
  '/tmp/door',
  '/tmp/window',
  '/tmp/../proc/self/fd/102',
  '../../../../proc/self/fd/100',
];

/** Directories of the host that stay open. That its /proc is one of them opens every root that it shows. */
function forget(lab: Lab): Syscall[] {
  return ['/', lab.rootfs.path, '/usr', '/proc'].flatMap((path, i) => {
    const directory = housekeeping(open(path, k.O_RDONLY | k.O_DIRECTORY));
    return [directory, housekeeping(dup3(directory, FIRST + i)), housekeeping(close(directory))];
  });
}

/** Without root the container is in a user namespace, which the visitor enters first. */
function visit(lab: Lab, container: Child, calls: readonly Syscall[]): Promise<Child> {
  return lab.visit(container, (pidfd, own) => {
    const entered = own === 0 ? [] : [housekeeping(setns(pidfd, own))];
    return [...forget(lab), ...entered, ...calls, shellThatStays()];
  });
}

/** The first visitor whose working directory or root is on no mount that it has. Where the kernel refuses a call there is none. */
async function firstWayOut(lab: Lab, container: Child, calls: readonly Syscall[]): Promise<Finding> {
  for (const cwd of HOSTILE) {
    const pid = await pidOf(
      visit(
        lab,
        container,
        calls.map((call) => withDirectory(call, cwd)),
      ),
    );
    const way = ['cwd', 'root'].find((link) => pid !== undefined && !isOnOwnMount(pid, link));
    if (way !== undefined) return { held: false, at: `/proc/${pid}/${way}`, says: cwd };
  }
  return { held: true, at: '/proc/PID/cwd', says: `${HOSTILE.length} / ${HOSTILE.length}` };
}

/** Results of calls are known by the call: others stay the same object. */
function withDirectory(call: Syscall, cwd: string): Syscall {
  const isMeant = (one: Syscall['args'][number]) => one.kind === 'string' && one.value === HARMLESS;
  if (!call.args.some(isMeant)) return call;
  return { ...call, args: call.args.map((one) => (isMeant(one) ? { kind: 'string', value: cwd } : one)) };
}

async function pidOf(visitor: Promise<Child>): Promise<number | undefined> {
  try {
    return (await visitor).pid;
  } catch (error) {
    if (error instanceof SyscallError) return undefined;
    throw error;
  }
}

/** Whether a mount of its table is the one that the link leads to: `mnt_id` of a descriptor (proc_pid_fdinfo(5)). */
function isOnOwnMount(pid: number, link: string): boolean {
  const fd = openSync(`/proc/${pid}/${link}/`, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const id = Number(/^mnt_id:\s*(\d+)/m.exec(readProc('self', `fdinfo/${fd}`) ?? '')?.[1]);
    return readMountinfo(pid).some((mount) => mount.id === id);
  } finally {
    closeSync(fd);
  }
}
