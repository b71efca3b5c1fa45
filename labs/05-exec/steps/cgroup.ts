import { dirname } from 'node:path';
import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import type { Cgroups } from '../../../src/cgroup/open.js';
import { cgroupsOrReason } from '../../../src/cgroup/trial.js';
import type { Child } from '../../../src/kernel/process.js';
import { naming, withName } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostLines } from '../../../src/lab/observation.js';
import { shellThatStays } from '../../../src/lab/script.js';
import { type CgroupMembership, readProcCgroup } from '../../../src/procfs/cgroups.js';
import { processesIn, readNamespace } from '../../../src/procfs/namespaces.js';
import { ALL_NAMESPACES, enterContainer } from '../calls/enter.js';
import { startContainer } from './setup.js';

/** How many processes the container may have. */
const LIMIT = 8;
/** How many the visitor starts. */
const MANY = 2 * LIMIT;
/** A shell ends where it cannot fork, hence the inner one. What it starts must not hold our pipe open. */
const CROWD = `(for i in $(seq ${MANY}); do sleep 3600 >&- & done; echo all started) 2>/dev/null || echo stopped`;

/** Does both steps, or tells why this machine cannot. */
export async function limitsDoNotComeAlong(lab: Lab): Promise<void> {
  const cgroups = usableCgroups();
  if (typeof cgroups === 'string') {
    for (const step of ['no-cgroup', 'cgroup']) await lab.cannot(step, cgroups);
    return;
  }
  await withoutCgroup(lab, cgroups);
  await withCgroup(lab, cgroups);
}

/** Cgroups in which processes can be counted, or why there are none for this process. */
function usableCgroups(): Cgroups | string {
  const cgroups = cgroupsOrReason();
  if (typeof cgroups === 'string') return `${cgroups} ${HELP}`;
  return cgroups.controllers.has('pids') ? cgroups : `The controller pids is not there for this process. ${HELP}`;
}

const HELP = 'tslab doctor says what would help.';

async function withoutCgroup(lab: Lab, cgroups: Cgroups): Promise<void> {
  await lab.step('no-cgroup');
  const { container, cgroup } = await limitedContainer(lab, cgroups);
  const { visitor, told } = await crowd(lab, container);
  await lab.check('the visitor is in another cgroup', 'another', whereIs(visitor, container));
  await lab.check('it starts twice as many as the container may have', 'all started', told);
  await lab.until(() => countInside(container) === MANY + 2, 1_000); // the inner shell is on its way out
  await lab.check('processes counted in its pid namespace', MANY + 2, countInside(container));
  await lab.check('processes that the cgroup counts', 1, cgroup.pids().current);
}

async function withCgroup(lab: Lab, cgroups: Cgroups): Promise<void> {
  await lab.step('cgroup');
  const { container, cgroup } = await limitedContainer(lab, cgroups);
  const { visitor, told } = await crowd(lab, container, lab.skips('cgroup') ? undefined : cgroup);
  await lab.check('the visitor is in the same cgroup', 'the same', whereIs(visitor, container));
  await lab.check('the limit stops it', 'stopped', told);
  const { refused } = cgroup.pids();
  const times = { expected: 'at least once', actual: refused === 1 ? 'once' : `${refused} times` };
  await lab.checkThat('the kernel has refused a fork', refused > 0, times);
}

async function limitedContainer(lab: Lab, cgroups: Cgroups): Promise<{ container: Child; cgroup: Cgroup }> {
  const cgroup = await lab.doing(() => cgroups.create(`05-exec-${process.pid}`, ['pids']));
  lab.atEnd(() => cgroup.remove());
  lab.afterStep(() => lab.doing(() => cgroup.remove()));
  await lab.doing(() => cgroup.setPidsLimit(LIMIT));
  const container = await startContainer(lab, (pid) => cgroup.attach(pid));
  return { container, cgroup };
}

// #region crowd
/** A visitor that starts many processes, and what it says of it. */
async function crowd(lab: Lab, container: Child, cgroup?: Cgroup): Promise<{ visitor: Child; told: string }> {
  const join = cgroup?.joinCalls() ?? [];
  const visitor = await lab.visit(container, (pidfd, own) => [
    ...enterContainer(pidfd, join, ALL_NAMESPACES | own),
    shellThatStays(CROWD),
  ]);
  // #endregion
  const told = await lab.hear(visitor, CROWD);
  const joined = cgroup && naming(withName(join, 'write'), dirname(cgroup.file('pids.limit')));
  await lab.observe('during', hostLines(`/proc/${container.pid}/cgroup`, OF_PIDS));
  await lab.observe('during', hostLines(`/proc/${visitor.pid}/cgroup`, OF_PIDS), joined);
  return { visitor, told };
}

/** The lines of the hierarchy that counts processes: its own on v1, the only one on v2. */
const OF_PIDS = /:pids:|^0::/;

function whereIs(visitor: Child, container: Child): string {
  const [a, b] = [visitor, container].map(({ pid }) => JSON.stringify(readProcCgroup(pid).filter(countsPids)));
  return a === b ? 'the same' : 'another';
}

function countsPids({ hierarchy, controllers }: CgroupMembership): boolean {
  return hierarchy === 0 || controllers.includes('pids');
}

function countInside(container: Child): number {
  return processesIn(readNamespace(container.pid, 'pid')).length;
}
