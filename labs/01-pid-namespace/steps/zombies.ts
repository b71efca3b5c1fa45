import { kill } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Child } from '../../../src/kernel/process.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { changeOf } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostLines, type Observation } from '../../../src/lab/observation.js';
import { chrootInto, ENVIRONMENT, shell } from '../../../src/lab/script.js';
import { processesIn, readNamespace, readNspid } from '../../../src/procfs/namespaces.js';
import { listProcesses, type Process, readProcess } from '../../../src/procfs/processes.js';
import { execInit } from '../calls/init.js';
import { container } from './setup.js';

/** An adopted process by its number on the host, and by its number inside. */
interface Orphan {
  readonly pid: number;
  readonly inside: number;
}

export async function orphansBecomeZombies(lab: Lab): Promise<void> {
  const wanted = await lab.step('zombies');
  await nobodyWaits(lab, await container(lab, [shell(ADOPTION)]));
  await initWaits(lab, await container(lab, wanted ? underInit() : [shell(ADOPTION)]));
}

// #region adoption
/** Adopts an orphan, says its pid, and becomes a program that waits for nobody. */
const ADOPTION = `echo "the orphan is $(sh -c 'sleep 3600 >&- & echo $!')"; exec sleep 3600`;

/** The same as the child of an init, which adopts in its place. */
function underInit(): Syscall[] {
  return execInit(['/bin/sh'], ['sh', '-c', ADOPTION], ENVIRONMENT);
}
// #endregion

async function nobodyWaits(lab: Lab, init: Child): Promise<void> {
  const orphan = await endOrphan(lab, init);
  await lab.until(() => readProcess(orphan.pid)?.state === 'Z', PATIENCE);
  await lab.sleep(50); // every process is a zombie for a moment
  await lab.observe('after', stateOf(orphan), changeOf(orphan.pid));
  await lab.check('it has ended and is still there: a zombie', 'Z', readProcess(orphan.pid)?.state ?? 'gone');
  await lab.check('ps inside lists it under its pid', `${orphan.inside} Z`, await psLine(lab, init, orphan.inside));
}

async function initWaits(lab: Lab, init: Child): Promise<void> {
  const orphan = await endOrphan(lab, init);
  await lab.until(() => readProcess(orphan.pid) === null, PATIENCE);
  await lab.observe('after', stateOf(orphan)); // by the wait4 of the init, which tslab does not see
  await lab.check('zombies left with an init that waits', 'none', zombiesOf(init));
}

/** Milliseconds in which a signal arrives and init has its turn, on a busy machine too. */
const PATIENCE = 2000;

/** Kills the orphan of a container, once there is no shell any more that could collect it. */
async function endOrphan(lab: Lab, init: Child): Promise<Orphan> {
  const told = await lab.hear(init, "sh -c 'sleep 3600 &'; exec sleep 3600");
  const namespace = readNamespace(init.pid, 'pid');
  await lab.until(() => processesIn(namespace).every(({ comm }) => comm !== 'sh'), PATIENCE);
  const orphan = findOrphan(processesIn(namespace), Number(/\d+/.exec(told)));
  await lab.observe('before', stateOf(orphan));
  await lab.call(kill(orphan.pid, k.SIGKILL));
  return orphan;
}

function findOrphan(processes: readonly Process[], inside: number): Orphan {
  const found = processes.find(({ pid }) => readNspid(pid)?.at(-1) === inside);
  if (!found) throw new Error(`no process of the container has the pid ${inside} inside`);
  return { pid: found.pid, inside };
}

/** A zombie has a state, but no memory: the line VmRSS is missing (proc_pid_status(5)). */
function stateOf({ pid }: Orphan): Observation {
  return hostLines(`/proc/${pid}/status`, /^(State|PPid|VmRSS)/);
}

/** Pid and state of a process, as `ps` in the container says; null where it does not list it. */
async function psLine(lab: Lab, init: Child, inside: number): Promise<string | null> {
  const command = 'ps -eo pid,ppid,stat,comm';
  const visitor = [...chrootInto(lab.rootfs.path), shell(`exec ${command}`)];
  const ps = await lab.enter(init, k.CLONE_NEWPID | k.CLONE_NEWNS, visitor);
  const { output } = await lab.finish(ps, command);
  const rows = output.split('\n').map((line) => line.trim().split(/\s+/));
  const row = rows.find(([pid]) => pid === String(inside));
  return row ? `${row[0]} ${row[2]?.[0]}` : null; // behind the letter ps may say more, such as N: a low priority
}

function zombiesOf(init: Child): string {
  const zombies = listProcesses().filter(({ ppid, state }) => ppid === init.pid && state === 'Z');
  return zombies.map(({ pid, comm }) => `${pid} ${comm}`).join(', ') || 'none';
}
