import { setns } from '../../src/kernel/calls.js';
import * as k from '../../src/kernel/constants.js';
import type { Child } from '../../src/kernel/process.js';
import type { Telling } from '../../src/lab/definition.js';
import type { Lab } from '../../src/lab/lab.js';
import { shell } from '../../src/lab/shell.js';
import { hostLines, type Sight, seen } from '../../src/lab/sight.js';
import { type NamespaceKind, readNamespace, readNspid } from '../../src/probe/namespaces.js';
import { HOST_NAME, sleepingContainer } from './container.js';
import { enterNamespaces } from './enter.js';

const KINDS: readonly NamespaceKind[] = ['mnt', 'pid', 'net', 'ipc', 'uts'];
const FLAGS = k.CLONE_NEWNS | k.CLONE_NEWPID | k.CLONE_NEWNET | k.CLONE_NEWIPC | k.CLONE_NEWUTS;

export async function* showNamespaces(lab: Lab): Telling {
  yield* lab.step('namespaces');
  const container = yield* sleepingContainer(lab);
  yield* lab.observe('during', namespacesOf(process.pid));
  yield* lab.observe('during', namespacesOf(container.pid), 'clone');
  yield* lab.check(
    'namespaces that it shares with tslab',
    'none',
    sharedWith(container, process.pid).join(', ') || 'none',
  );
  yield* lab.kill(container);
}

/** As `nsenter --net`, `nsenter --uts` and `nsenter --mount` do. */
export async function* enterSome(lab: Lab): Telling {
  yield* lab.step('one-by-one');
  const container = yield* sleepingContainer(lab);
  const net = yield* inside(lab, container, { flag: k.CLONE_NEWNET, command: 'tail -n +3 /proc/net/dev | wc -l' });
  yield* lab.check('only net: one link, lo', '1', net);
  const uts = yield* inside(lab, container, { flag: k.CLONE_NEWUTS, command: 'cat /proc/sys/kernel/hostname' });
  yield* lab.check('only uts: its host name', HOST_NAME, uts);
  const mnt = yield* inside(lab, container, { flag: k.CLONE_NEWNS, command: 'grep ^NAME= /etc/os-release' });
  yield* lab.check('only mnt: its files', 'NAME="tslab lab root"', mnt);
  yield* lab.kill(container);
}

// #region pid
export async function* enterPid(lab: Lab): Telling {
  const wanted = yield* lab.step('pid');
  const container = yield* sleepingContainer(lab);
  const alone = yield* lab.visit(container, (pidfd, own) => [
    setns(pidfd, k.CLONE_NEWPID | own),
    shell('exec sleep 60'),
  ]);
  const child = yield* lab.visit(container, (pidfd, own) => [
    ...(wanted ? enterNamespaces(pidfd, k.CLONE_NEWPID | own) : [setns(pidfd, k.CLONE_NEWPID | own)]),
    shell('exec sleep 60'),
  ]);
  // #endregion
  yield* lab.observe('during', hostLines(`/proc/${alone.pid}/status`, /^NSpid/), 'setns');
  yield* lab.observe('during', hostLines(`/proc/${child.pid}/status`, /^NSpid/), 'clone');
  yield* lab.check('setns alone: one pid, as before', 1, readNspid(alone.pid)?.length ?? null);
  yield* lab.check('its child: two, one of them inside', 2, readNspid(child.pid)?.length ?? null);
  yield* lab.kill(alone);
  yield* lab.kill(container);
}

// #region all
export async function* enterAll(lab: Lab): Telling {
  const wanted = yield* lab.step('all');
  const container = yield* sleepingContainer(lab);
  const visitor = yield* lab.visit(container, (pidfd, own) => [
    ...(wanted ? enterNamespaces(pidfd, FLAGS | own) : []),
    shell('ps -eo pid,ppid,comm; exec sleep 60'),
  ]);
  // #endregion
  yield* lab.hear(visitor, 'ps -eo pid,ppid,comm', wanted ? 4 : 1);
  yield* lab.observe('during', namespacesOf(container.pid));
  yield* lab.observe('during', namespacesOf(visitor.pid), 'setns');
  const apart = KINDS.filter((kind) => readNamespace(visitor.pid, kind) !== readNamespace(container.pid, kind));
  yield* lab.check('namespaces in which it is not', 'none', apart.join(', ') || 'none');
  yield* lab.kill(visitor);
  yield* lab.kill(container);
}

/** What a command prints that has entered one namespace of the container, and otherwise is on the host. */
async function* inside(lab: Lab, container: Child, what: { flag: number; command: string }): Telling<string> {
  const { flag, command } = what;
  const visitor = yield* lab.visit(container, (pidfd, own) => [setns(pidfd, flag | own), shell(command)]);
  const { output } = yield* lab.finish(visitor, command);
  return output.trim();
}

function sharedWith({ pid }: Child, other: number): NamespaceKind[] {
  return KINDS.filter((kind) => readNamespace(pid, kind) === readNamespace(other, kind));
}

function namespacesOf(pid: number): Sight {
  return seen('host', `/proc/${pid}/ns`, KINDS.map((kind) => `${kind}:[${readNamespace(pid, kind)}]`).join('\n'));
}
