import { containerOf, pidInBox, sharesWith, startContainerIn } from '../../src/exercise/container.js';
import { type Facts, shellExercise } from '../../src/exercise/definition.js';
import { gone } from '../../src/exercise/look.js';
import { execve, exitGroup, mount, setns } from '../../src/kernel/calls/index.js';
import { CLONE_NEWNS, MS_RDONLY } from '../../src/kernel/constants.js';
import type { Child } from '../../src/kernel/process.js';
import { mayFail } from '../../src/kernel/syscall.js';
import type { Lab } from '../../src/lab/lab.js';
import { ENVIRONMENT } from '../../src/lab/script.js';
import { processesIn, readNamespace, readNspid } from '../../src/procfs/namespaces.js';

export const getIn = shellExercise({
  id: '05-get-in',
  form: 'shell',
  facts: ['pid', 'others', 'mounts'],
  wrong: { 'no-fork': 'pid', 'pid-only': 'others', 'own-mounts': 'mounts' },
  async prepare(lab, box) {
    const sleep = execve('/bin/sleep', ['sleep', '2147483647'], ENVIRONMENT);
    const container = await startContainerIn(lab, box, containerOf(lab, [sleep]));
    await hidePrograms(lab, container);
    return { given: { PID: pidInBox(container) }, facts: factsOf(box, container) };
  },
});

/** Where programs are in the root filesystem of the labs. */
const PROGRAMS = ['/bin', '/sbin', '/usr/bin', '/usr/sbin'];

/** Empty directories lie on those of its programs: like an image `FROM scratch` it has no shell. */
async function hidePrograms(lab: Lab, container: Child): Promise<void> {
  const hide = PROGRAMS.map((path) => mayFail(mount('nothing', path, 'tmpfs', MS_RDONLY, null)));
  await lab.visit(container, (pidfd, own) => [setns(pidfd, CLONE_NEWNS | own), ...hide, exitGroup(0)]);
}

function factsOf(box: Child, container: Child): Facts<'pid' | 'others' | 'mounts'> {
  const visitor = () => visitorOf(container) ?? 0;
  return {
    pid: () => {
      const pid = visitor();
      return pid === 0 ? gone('NSpid') : { held: true, at: `/proc/${pid}/status`, says: `NSpid: ${readNspid(pid)}` };
    },
    others: () => sharesWith(container, visitor(), ['net', 'uts', 'ipc']),
    mounts: () => sharesWith(box, visitor(), ['mnt']),
  };
}

/** The newest process in its pid namespace but the first. */
function visitorOf({ pid }: Child): number | undefined {
  return processesIn(readNamespace(pid, 'pid')).findLast((one) => one.pid !== pid)?.pid;
}
