import { clone, mount, unshare } from '../src/kernel/calls.js';
import * as k from '../src/kernel/constants.js';
import type { Child } from '../src/kernel/process.js';
import type { Syscall } from '../src/kernel/syscall.js';
import type { LabDefinition } from '../src/lab/definition.js';
import type { Lab } from '../src/lab/lab.js';
import { shell, shellIn } from '../src/lab/shell.js';
import { hostLines, type Sight, seen } from '../src/lab/sight.js';
import { readMountinfo } from '../src/probe/mountinfo.js';
import { readNamespace, readNspid } from '../src/probe/namespaces.js';
import { enterRoot } from './01-pid-namespace/container.js';
import { initDies, orphansGoToInit, signalsToInit } from './01-pid-namespace/init-steps.js';
import { orphansBecomeZombies } from './01-pid-namespace/zombies.js';

export const pidNamespaceLab: LabDefinition = {
  id: '01-pid-namespace',
  steps: [
    ...['clone', 'clone-newpid', 'old-proc', 'mount-proc', 'nested'],
    ...['signals', 'orphans', 'zombies', 'init-dies', 'unshare'],
  ],
  skippable: ['clone-newpid', 'mount-proc', 'nested', 'zombies', 'unshare'],
  async run(lab) {
    await plainClone(lab); //           a child as usual: one pid
    await newPidNamespace(lab); //      the same child with two pids
    await psShowsTheHost(lab); //       ps is not fooled yet …
    await psShowsTheContainer(lab); //  … until /proc is mounted anew
    await nestedNamespace(lab); //      one process, three pids
    await signalsToInit(lab); //        PID 1 is special: kill -9 1
    await orphansGoToInit(lab); //      PID 1 is special: it adopts …
    await orphansBecomeZombies(lab); // … and must wait for what it adopted
    await initDies(lab); //             PID 1 is special: all die with it
    await unshareIsForChildren(lab); // unshare() changes only what comes later
  },
};

// #region mount-proc
/** Nothing that is mounted from here on reaches the host: needs a mount namespace of its own (CLONE_NEWNS). */
export function privateMounts(): Syscall[] {
  return [mount(null, '/', null, k.MS_REC | k.MS_PRIVATE, null)];
}

/** The process list of the pid namespace of whoever makes this call. */
export function mountProc(target = '/proc'): Syscall[] {
  return [mount('proc', target, 'proc', k.MS_NOSUID | k.MS_NODEV | k.MS_NOEXEC, null)];
}
// #endregion

async function plainClone(lab: Lab): Promise<void> {
  await lab.step('clone');
  const child = await sleeper(lab, 0);
  const told = await lab.hear(child, 'echo "I am PID $$"');
  await lab.observe('during', hostLines(`/proc/${child.pid}/status`, /^NSpid/));
  await lab.check('without a flag, it has one pid, and so say both', `I am PID ${child.pid}`, told.trim());
  await lab.kill(child);
}

// #region clone-newpid
async function newPidNamespace(lab: Lab): Promise<void> {
  const wanted = await lab.step('clone-newpid');
  const child = await sleeper(lab, wanted ? k.CLONE_NEWPID : 0);
  const told = await lab.hear(child, 'echo "I am PID $$"');
  await lab.observe('during', hostLines(`/proc/${child.pid}/status`, /^NSpid/), 'clone');
  await lab.observe('during', pidNamespace(process.pid));
  await lab.observe('during', pidNamespace(child.pid), 'clone');
  await lab.check('inside, the child is PID 1', 'I am PID 1', told.trim());
  await lab.check('the host knows both its pids', `${child.pid} 1`, readNspid(child.pid)?.join(' ') ?? null);
  await lab.checkThat('its pid namespace is not the host’s', ...differ(child.pid, process.pid));
  await lab.kill(child);
}
// #endregion

async function psShowsTheHost(lab: Lab): Promise<void> {
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
async function psShowsTheContainer(lab: Lab): Promise<void> {
  await lab.step('mount-proc');
  const before = readMountinfo().length;
  const listed = await processList(lab, lab.unlessSkipped('mount-proc', mountProc('/proc')));
  await lab.check('ps inside sees the container and nothing else', 'sh, ps', listed.slice(0, 9).join(', '));
  await lab.check('the host has as many mounts as before', before, readMountinfo().length);
}
// #endregion

// #region nested
async function nestedNamespace(lab: Lab): Promise<void> {
  const wanted = await lab.step('nested');
  const outer = await sleeper(lab, k.CLONE_NEWPID);
  const inner = await lab.enter(outer, k.CLONE_NEWPID, [
    ...(wanted ? [clone(k.CLONE_NEWPID)] : []),
    ...shellIn(lab.rootfs.path, SLEEPER),
  ]);
  await lab.hear(inner, 'echo "I am PID $$"');
  await lab.observe('during', hostLines(`/proc/${outer.pid}/status`, /^NSpid/), 'clone');
  await lab.observe('during', hostLines(`/proc/${inner.pid}/status`, /^NSpid/), 'clone');
  await lab.check('one process, three pids', 3, readNspid(inner.pid)?.length ?? null);
  await lab.kill(outer);
  await lab.check('with the outer init, the inner one died', 'SIGKILL', (await inner.exited).signal ?? null);
}
// #endregion

// #region unshare
async function unshareIsForChildren(lab: Lab): Promise<void> {
  const wanted = await lab.step('unshare');
  const calls = [...(wanted ? [unshare(k.CLONE_NEWPID)] : []), ...enterRoot(lab.rootfs.path), shell(PARENT_AND_CHILD)];
  const parent = await lab.start({ namespaces: k.CLONE_NEWNS, calls, stdio: ['pipe', 'pipe', 'pipe'] });
  const told = await lab.hear(parent, 'echo "I am PID $$"; sh -c \'echo "my child is PID $$"\' &', 2);
  const [own, child] = told.trim().split('\n');
  await lab.observe('during', pidNamespace(parent.pid));
  await lab.observe('during', pidNamespace(parent.pid, 'pid_for_children'), 'unshare');
  await lab.check('the caller stays what it was', `I am PID ${parent.pid}`, own ?? null);
  await lab.check('its next child is PID 1', 'my child is PID 1', child ?? null);
  await lab.kill(parent);
}
// #endregion

/** Says its pid and waits to be killed. */
const SLEEPER = 'echo "I am PID $$"; exec sleep 60';

/** The child reads from tslab, so that it ends when tslab does, whatever pid namespace it is in. */
const PARENT_AND_CHILD = `echo "I am PID $$"
exec 3<&0
sh -c 'echo "my child is PID $$"; read _' <&3 & wait`;

// #region sleeper
function sleeper(lab: Lab, namespaces: number): Promise<Child> {
  return lab.start({ namespaces, calls: shellIn(lab.rootfs.path, SLEEPER), stdio: ['null', 'pipe', 'pipe'] });
}
// #endregion

/** What `ps` in a new pid namespace lists, after some calls more. */
async function processList(lab: Lab, calls: readonly Syscall[]): Promise<string[]> {
  const script = 'ps -eo pid,ppid,comm; exit';
  const list = [...enterRoot(lab.rootfs.path), ...calls, shell(script)];
  const { output } = await lab.run({ namespaces: k.CLONE_NEWPID | k.CLONE_NEWNS, calls: list }, 'ps -eo pid,ppid,comm');
  return output
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/).at(-1) as string);
}

function pidNamespace(pid: number, kind: 'pid' | 'pid_for_children' = 'pid'): Sight {
  const inode = readNamespace(pid, kind);
  return seen('host', `/proc/${pid}/ns/${kind}`, inode && `pid:[${inode}]`);
}

function differ(a: number, b: number): [boolean, { expected: string; actual: string }] {
  const [one, other] = [readNamespace(a, 'pid'), readNamespace(b, 'pid')];
  return [one !== other, { expected: `another inode than ${other}`, actual: String(one) }];
}
