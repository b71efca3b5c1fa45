import { chdir, chroot, clone, kill, mount, unshare } from '../src/kernel/calls.js';
import * as k from '../src/kernel/constants.js';
import type { Child } from '../src/kernel/process.js';
import type { Syscall } from '../src/kernel/syscall.js';
import type { LabDefinition, Telling } from '../src/lab/definition.js';
import type { Lab } from '../src/lab/lab.js';
import { shell, shellIn } from '../src/lab/shell.js';
import { hostLines, type Sight, seen } from '../src/lab/sight.js';
import { readMountinfo } from '../src/probe/mountinfo.js';
import { readNamespace, readNspid } from '../src/probe/namespaces.js';
import { listProcesses, readProcess } from '../src/probe/processes.js';

export const pidNamespaceLab: LabDefinition = {
  id: '01-pid-namespace',
  steps: ['clone', 'clone-newpid', 'old-proc', 'mount-proc', 'nested', 'signals', 'orphans', 'init-dies', 'unshare'],
  skippable: ['clone-newpid', 'mount-proc', 'nested', 'unshare'],
  async *run(lab) {
    yield* plainClone(lab); //        a child as usual: one pid
    yield* newPidNamespace(lab); //   the same child with two pids
    yield* psShowsTheHost(lab); //    ps is not fooled yet …
    yield* psShowsTheContainer(lab); // … until /proc is mounted anew
    yield* nestedNamespace(lab); //   one process, three pids
    yield* signalsToInit(lab); //     PID 1 is special: kill -9 1
    yield* orphansGoToInit(lab); //   PID 1 is special: it adopts
    yield* initDies(lab); //          PID 1 is special: all die with it
    yield* unshareIsForChildren(lab); // unshare() changes only what comes later
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

async function* plainClone(lab: Lab): Telling {
  yield* lab.step('clone');
  const child = yield* sleeper(lab, 0);
  const told = yield* lab.hear(child, 'echo "I am PID $$"');
  yield* lab.observe('during', hostLines(`/proc/${child.pid}/status`, /^NSpid/));
  yield* lab.check('without a flag, it has one pid, and so say both', `I am PID ${child.pid}`, told.trim());
  yield* lab.kill(child);
}

// #region clone-newpid
async function* newPidNamespace(lab: Lab): Telling {
  const wanted = yield* lab.step('clone-newpid');
  const child = yield* sleeper(lab, wanted ? k.CLONE_NEWPID : 0);
  const told = yield* lab.hear(child, 'echo "I am PID $$"');
  yield* lab.observe('during', hostLines(`/proc/${child.pid}/status`, /^NSpid/), 'clone');
  yield* lab.observe('during', pidNamespace(process.pid));
  yield* lab.observe('during', pidNamespace(child.pid), 'clone');
  yield* lab.check('inside, the child is PID 1', 'I am PID 1', told.trim());
  yield* lab.check('the host knows both its pids', `${child.pid} 1`, readNspid(child.pid)?.join(' ') ?? null);
  yield* lab.checkThat('its pid namespace is not the host’s', ...differ(child.pid, process.pid));
  yield* lab.kill(child);
}
// #endregion

async function* psShowsTheHost(lab: Lab): Telling {
  yield* lab.step('old-proc');
  const listed = yield* processList(lab, []);
  const others = listed.filter((comm) => comm !== 'sh' && comm !== 'ps').length;
  const told = {
    expected: 'processes of the host',
    actual: `${listed.length} processes, ${others} of them of the host`,
  };
  yield* lab.checkThat('ps inside still sees the host', others > 0, told);
}

// #region mount-proc-step
async function* psShowsTheContainer(lab: Lab): Telling {
  yield* lab.step('mount-proc');
  const before = readMountinfo().length;
  const listed = yield* processList(lab, lab.unlessSkipped('mount-proc', mountProc('/proc')));
  yield* lab.check('ps inside sees the container and nothing else', 'sh, ps', listed.slice(0, 9).join(', '));
  yield* lab.check('the host has as many mounts as before', before, readMountinfo().length);
}
// #endregion

// #region nested
async function* nestedNamespace(lab: Lab): Telling {
  const wanted = yield* lab.step('nested');
  const outer = yield* sleeper(lab, k.CLONE_NEWPID);
  const inner = yield* lab.enter(outer, k.CLONE_NEWPID, [
    ...(wanted ? [clone(k.CLONE_NEWPID)] : []),
    ...shellIn(lab.rootfs.path, SLEEPER),
  ]);
  yield* lab.hear(inner, 'echo "I am PID $$"');
  yield* lab.observe('during', hostLines(`/proc/${outer.pid}/status`, /^NSpid/), 'clone');
  yield* lab.observe('during', hostLines(`/proc/${inner.pid}/status`, /^NSpid/), 'clone');
  yield* lab.check('one process, three pids', 3, readNspid(inner.pid)?.length ?? null);
  yield* lab.kill(outer);
  yield* lab.check('with the outer init, the inner one died', 'SIGKILL', (await inner.exited).signal ?? null);
}
// #endregion

async function* signalsToInit(lab: Lab): Telling {
  yield* lab.step('signals');
  const script = 'sh -c "kill -9 1; echo kill says \\$?"; echo "PID 1 is still here"; exec sleep 60';
  const init = yield* container(lab, script);
  const told = yield* lab.hear(init, 'kill -9 1', 2);
  yield* lab.check('kill -9 1 from inside does nothing', 'PID 1 is still here', told.trim().split('\n').at(-1) ?? null);
  yield* lab.call(kill(init.pid, k.SIGTERM));
  await lab.sleep(100);
  yield* lab.observe('after', hostLines(`/proc/${init.pid}/status`, /^State/));
  yield* lab.checkThat('even SIGTERM from the host does nothing: init has no handler for it', ...alive(init));
  yield* lab.check('SIGKILL from the host does end it', 'SIGKILL', (yield* lab.kill(init)).signal ?? null);
}

async function* orphansGoToInit(lab: Lab): Telling {
  yield* lab.step('orphans');
  const init = yield* container(lab, ORPHANAGE);
  const told = yield* lab.hear(init, 'sh -c "sleep 60 &"', 2);
  const [before, after] = told.trim().split('\n');
  yield* lab.observe('before', seen('container', 'parent of sleep', before ?? null));
  yield* lab.observe('after', seen('container', 'parent of sleep', after ?? null));
  yield* lab.check('init has adopted the orphan', 'PPid: 1', after?.replace(/\s+/, ' ') ?? null);
  const children = () => listProcesses().filter(({ ppid }) => ppid === init.pid).length;
  await lab.until(() => children() === 1, 1000); // grep, which has just told, is its child until the shell has waited
  yield* lab.check('so says the host, too: init has one child', 1, children());
  yield* lab.kill(init);
}

async function* initDies(lab: Lab): Telling {
  yield* lab.step('init-dies');
  const init = yield* container(lab, 'sleep 60 & sleep 60 & sleep 60 & echo started; wait');
  yield* lab.hear(init, 'sleep 60 & sleep 60 & sleep 60 &');
  await lab.sleep(50); // each of them is a shell until its execve
  const namespace = readNamespace(init.pid, 'pid');
  const before = processesIn(namespace);
  yield* lab.observe('before', seen('host', 'processes in its pid namespace', before));
  yield* lab.kill(init);
  yield* lab.observe('after', seen('host', 'processes in its pid namespace', processesIn(namespace)), 'kill');
  yield* lab.check('four processes were inside', 4, before.split('\n').length);
  yield* lab.check('killing init killed them all', 'none', processesIn(namespace));
}

// #region unshare
async function* unshareIsForChildren(lab: Lab): Telling {
  const wanted = yield* lab.step('unshare');
  const calls = [...(wanted ? [unshare(k.CLONE_NEWPID)] : []), ...enterRoot(lab.rootfs.path), shell(PARENT_AND_CHILD)];
  const parent = yield* lab.start({ namespaces: k.CLONE_NEWNS, calls, stdio: ['pipe', 'pipe', 'pipe'] });
  const told = yield* lab.hear(parent, 'echo "I am PID $$"; sh -c \'echo "my child is PID $$"\' &', 2);
  const [own, child] = told.trim().split('\n');
  yield* lab.observe('during', pidNamespace(parent.pid));
  yield* lab.observe('during', pidNamespace(parent.pid, 'pid_for_children'), 'unshare');
  yield* lab.check('the caller stays what it was', `I am PID ${parent.pid}`, own ?? null);
  yield* lab.check('its next child is PID 1', 'my child is PID 1', child ?? null);
  yield* lab.kill(parent);
}
// #endregion

/** Says its pid and waits to be killed. */
const SLEEPER = 'echo "I am PID $$"; exec sleep 60';

// #region orphanage
/** A shell has a child, sleep, and ends: what is the parent of sleep before and after? */
const ORPHANAGE = `exec 3>&1
orphan=$(sh -c 'sleep 60 >&- 3>&- & grep PPid /proc/$!/status >&3; echo $!')
grep PPid /proc/$orphan/status
exec sleep 60`;
// #endregion

/** The child reads from tslab, so that it ends when tslab does, whatever pid namespace it is in. */
const PARENT_AND_CHILD = `echo "I am PID $$"
exec 3<&0
sh -c 'echo "my child is PID $$"; read _' <&3 & wait`;

// #region sleeper
function sleeper(lab: Lab, namespaces: number): Telling<Child> {
  return lab.start({ namespaces, calls: shellIn(lab.rootfs.path, SLEEPER), stdio: ['null', 'pipe', 'pipe'] });
}
// #endregion

// #region container
/** A shell that is the init of a pid namespace and has a /proc to match. */
function container(lab: Lab, script: string): Telling<Child> {
  const calls = [...enterRoot(lab.rootfs.path), ...mountProc(), shell(script)];
  return lab.start({ namespaces: k.CLONE_NEWPID | k.CLONE_NEWNS, calls, stdio: ['null', 'pipe', 'pipe'] });
}
// #endregion

/** What `ps` in a new pid namespace lists, after some calls more. */
async function* processList(lab: Lab, calls: readonly Syscall[]): Telling<string[]> {
  const script = 'ps -eo pid,ppid,comm; exit';
  const list = [...enterRoot(lab.rootfs.path), ...calls, shell(script)];
  const { output } = yield* lab.run(
    { namespaces: k.CLONE_NEWPID | k.CLONE_NEWNS, calls: list },
    'ps -eo pid,ppid,comm',
  );
  return output
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/).at(-1) as string);
}

// #region go-in
/** Goes into the root filesystem, where /proc and /dev are the host's until more calls change that. */
function enterRoot(root: string): Syscall[] {
  const bind = (path: string) => mount(path, `${root}${path}`, null, k.MS_BIND | k.MS_REC, null);
  return [...privateMounts(), bind('/proc'), bind('/dev'), chroot(root), chdir('/')];
}
// #endregion

function pidNamespace(pid: number, kind: 'pid' | 'pid_for_children' = 'pid'): Sight {
  const inode = readNamespace(pid, kind);
  return seen('host', `/proc/${pid}/ns/${kind}`, inode && `pid:[${inode}]`);
}

/** One line for each process of a pid namespace. */
function processesIn(namespace: number | null): string {
  const inside = listProcesses().filter(({ pid }) => readNamespace(pid, 'pid') === namespace);
  return inside.map(({ pid, comm }) => `${pid} ${comm}`).join('\n') || 'none';
}

function differ(a: number, b: number): [boolean, { expected: string; actual: string }] {
  const [one, other] = [readNamespace(a, 'pid'), readNamespace(b, 'pid')];
  return [one !== other, { expected: `another inode than ${other}`, actual: String(one) }];
}

function alive(child: Child): [boolean, { expected: string; actual: string }] {
  const state = readProcess(child.pid)?.state ?? 'gone';
  return [state !== 'Z' && state !== 'gone', { expected: 'alive', actual: `state ${state}` }];
}
