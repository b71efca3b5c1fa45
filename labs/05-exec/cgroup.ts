import type { Cgroup } from '../../src/cgroup/cgroup.js';
import { openCgroups } from '../../src/cgroup/open.js';
import { CLONE_NEWPID } from '../../src/kernel/constants.js';
import type { Child } from '../../src/kernel/process.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import type { Telling } from '../../src/lab/definition.js';
import type { Lab } from '../../src/lab/lab.js';
import { shell } from '../../src/lab/shell.js';
import { hostFile } from '../../src/lab/sight.js';
import { sleepingContainer } from './container.js';
import { enterContainer } from './enter.js';

/** How many processes the container may have. */
const LIMIT = 8;
const COMMAND = `for i in $(seq ${2 * LIMIT}); do sleep 60 & done; echo all started`;
/** The same with nothing that could hold our pipe open. */
const CROWD = `for i in $(seq ${2 * LIMIT}); do sleep 60 >&- 2>&- & done; echo all started`;

export async function* withoutCgroup(lab: Lab): Telling {
  yield* lab.step('no-cgroup');
  const { container, cgroup } = yield* limitedContainer(lab);
  const told = yield* crowd(lab, container, []);
  yield* lab.check('it starts twice as many as the container may have', 'all started', told);
  yield* end(lab, container, cgroup);
}

// #region cgroup
export async function* withCgroup(lab: Lab): Telling {
  yield* lab.step('cgroup');
  const { container, cgroup } = yield* limitedContainer(lab);
  const told = yield* crowd(lab, container, lab.unlessSkipped('cgroup', cgroup.joinCalls()));
  yield* lab.check('the limit stops it', 'stopped', told || 'stopped');
  yield* lab.checkThat('the kernel has refused a fork', cgroup.pids().refused > 0, {
    expected: 'at least 1',
    actual: String(cgroup.pids().refused),
  });
  yield* end(lab, container, cgroup);
}
// #endregion

async function* limitedContainer(lab: Lab): Telling<{ container: Child; cgroup: Cgroup }> {
  const cgroup = yield* lab.doing(() => openCgroups().create(`05-exec-${process.pid}`, ['pids']));
  lab.atEnd(() => cgroup.remove());
  yield* lab.doing(() => cgroup.setPidsLimit(LIMIT));
  const container = yield* sleepingContainer(lab, (pid) => cgroup.attach(pid));
  return { container, cgroup };
}

/** A visitor that starts many processes; what it says in the end, if it comes to that. */
async function* crowd(lab: Lab, container: Child, join: readonly Syscall[]): Telling<string> {
  const visitor = yield* lab.visit(container, (pidfd, own) => [
    ...enterContainer(pidfd, join, CLONE_NEWPID | own),
    shell(CROWD),
  ]);
  yield* lab.observe('during', hostFile(`/proc/${container.pid}/cgroup`));
  yield* lab.observe('during', hostFile(`/proc/${visitor.pid}/cgroup`), 'write');
  const { output } = yield* lab.finish(visitor, COMMAND);
  return output.trim();
}

async function* end(lab: Lab, container: Child, cgroup: Cgroup): Telling {
  yield* lab.kill(container);
  yield* lab.doing(() => cgroup.remove());
}
