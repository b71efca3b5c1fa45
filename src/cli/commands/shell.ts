import { accessSync, closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { execvp } from '../../../labs/12-runtime/calls/program.js';
import { ownSession } from '../../../labs/12-runtime/calls/terminal.js';
import { newTerminal } from '../../container/start/foreground.js';
import { attend, type ProcessIo } from '../../container/terminal/session.js';
import { call } from '../../kernel/call.js';
import { chroot, execve, fchdir, fork, pidfdOpen, setns } from '../../kernel/calls/index.js';
import * as k from '../../kernel/constants.js';
import { SyscallError } from '../../kernel/errors/syscall-error.js';
import { type Child, start } from '../../kernel/process.js';
import type { Syscall } from '../../kernel/syscall.js';
import type { ExitStatus } from '../../kernel/wait.js';
import type { Held, HeldProcess } from '../../lab/events.js';
import { ENVIRONMENT } from '../../lab/script.js';
import { NAMESPACE_FLAGS, type NamespaceType } from '../../procfs/namespace-relations.js';
import { warn } from '../leftovers.js';

const SHELL = '/bin/sh';

/** Says where a shell is that opens now, among the processes that are held, and opens it; what the kernel refuses is said as well. */
export async function shellAmong(
  { processes }: Held,
  say: (pid: number | undefined) => Promise<void>,
  aborted: AbortSignal,
): Promise<void> {
  const place = placeOfShell(processes);
  await say(place?.pid);
  try {
    await openShell(place, aborted);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    warn(error.message);
  }
}

/** Where a shell is of most use: where the process is that has most to itself. Undefined where none of them has a shell. */
function placeOfShell(processes: readonly HeldProcess[]): HeldProcess | undefined {
  const mostApart = [...processes].sort((a, b) => b.namespaces.length - a.namespaces.length);
  return mostApart.find(({ pid }) => hasShell(pid));
}

function hasShell(pid: number): boolean {
  try {
    accessSync(`/proc/${pid}/root${SHELL}`, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A shell where this process is, or on the host, on a terminal of its own that is shown on ours until it ends; so Ctrl-C is for
 * whatever runs in there. It is killed where the lab is interrupted.
 */
function openShell(place: HeldProcess | undefined, aborted: AbortSignal): Promise<ExitStatus> {
  const begin = (io: ProcessIo) => {
    const { pid, exited } = place ? startIn(place, io) : startOnHost(io);
    const end = () => process.kill(pid, 'SIGKILL');
    aborted.addEventListener('abort', end);
    return { pid, ended: exited.finally(() => aborted.removeEventListener('abort', end)) };
  };
  return attend({ tty: true, interactive: true }, { begin, openTerminal: newTerminal });
}

/** As lab 05 enters a container, and as chroot(2) goes where the process has its root, which its mount namespace does not know. */
function startIn({ pid, namespaces, cgroups }: HeldProcess, { stdio }: ProcessIo): Child {
  const pidfd = call(pidfdOpen(pid));
  const root = openSync(`/proc/${pid}/root`, k.O_PATH | k.O_DIRECTORY | k.O_CLOEXEC);
  const env = [...ENVIRONMENT.filter((entry) => !entry.startsWith('TERM=')), `TERM=${process.env.TERM ?? 'dumb'}`];
  try {
    const calls = [...enter(pidfd, namespaces), fchdir(root), chroot('.'), execve(SHELL, ['sh'], env)];
    return start({ calls, inside: [fork(), ...ownSession(0)], stdio }, (child) => join(cgroups, child));
  } finally {
    closeSync(root);
    closeSync(pidfd);
  }
}

function enter(pidfd: number, namespaces: readonly string[]): Syscall[] {
  const flags = namespaces.reduce((all, type) => all | (NAMESPACE_FLAGS[type as NamespaceType] ?? 0), 0);
  return flags === 0 ? [] : [setns(pidfd, flags)];
}

/** What limits the container limits its guest. */
function join(cgroups: readonly string[], pid: number): void {
  for (const directory of cgroups) writeFileSync(`${directory}/cgroup.procs`, String(pid));
}

function startOnHost({ stdio }: ProcessIo): Child {
  const env = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
  return start({ calls: execvp([process.env.SHELL ?? SHELL], env), inside: ownSession(0), stdio });
}
