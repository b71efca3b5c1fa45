import { closeSync } from 'node:fs';
import { cloneFlags } from '../../../labs/12-runtime/calls/container.js';
import { execvp } from '../../../labs/12-runtime/calls/program.js';
import { giveToUser, type MadeForIt, ownSession } from '../../../labs/12-runtime/calls/terminal.js';
import { becomeUser, limitCapabilities } from '../../../labs/12-runtime/calls/user.js';
import { goTo } from '../../../labs/12-runtime/calls/working-directory.js';
import { call } from '../../kernel/call.js';
import { fork, pidfdOpen, setns, umask } from '../../kernel/calls/index.js';
import { CLONE_NEWCGROUP } from '../../kernel/constants.js';
import { ownCapabilities } from '../../kernel/credentials/capabilities.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { SyscallError } from '../../kernel/errors/syscall-error.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { start } from '../../kernel/process.js';
import type { Syscall } from '../../kernel/syscall.js';
import { openPtyOf } from '../../kernel/terminal/pty.js';
import { type ExitStatus, waitNoMore } from '../../kernel/wait.js';
import { readNamespace } from '../../procfs/namespaces.js';
import { isAlive } from '../../procfs/processes.js';
import { guestOfRoot } from '../../rootfs/guest-file.js';
import { visitRunning } from '../files/root.js';
import type { ContainerConfig, ProcessConfig } from '../record.js';
import { namespacesOf } from '../spec.js';
import { findCgroup } from '../start/cgroup.js';
import { StartFailure, startFailure } from '../start/failure.js';
import { type Identity, resolveIdentity, UnknownUser, withHome } from '../start/identity.js';
import { type ContainerState, isPaused, isRunning } from '../state.js';
import type { Container } from '../store/store.js';
import { attend, type ProcessIo } from '../terminal/session.js';
import { usualCapabilities } from '../usual-spec.js';

/** Runs a program in a running container, in the foreground. Returns how it ended. Throws as {@link enter} does. */
export function execAttended(container: Container, process: ProcessConfig): Promise<ExitStatus> {
  return attend(process, {
    begin: (io) => enter(container, process, io),
    openTerminal: () => ({ ...openPtyOf(container.state.init.pid), devpts: undefined }),
  });
}

/** The same in the background: its output is dropped, and it goes on when tslab ends. */
export function execDetached(container: Container, process: ProcessConfig): void {
  const { pid } = enter(container, process, { stdio: ['null', 'null', 'null'], outlives: true });
  waitNoMore(pid);
}

/**
 * Starts a program in a container: in its cgroup first, then in all its namespaces at once, as lab 05 shows. Throws UserError
 * where the container does not run, StartFailure where the kernel refuses.
 */
function enter(container: Container, program: ProcessConfig, where: ProcessIo & Lifetime) {
  const { config, state } = container;
  const pidfd = openInit(config.name, state);
  try {
    const identity = visitRunning(container, (root) =>
      resolveIdentity(program.user, guestOfRoot(root), isPrivileged()),
    );
    const calls = visit(pidfd, { init: state.init.pid, config, program, identity, made: where });
    const inside = appear(where);
    const { pid, exited } = start({ calls, inside, stdio: where.stdio, outlives: where.outlives ?? false });
    return { pid, ended: exited };
  } catch (error) {
    if (error instanceof UnknownUser && !where.outlives) throw cannotInvoke(error);
    throw error instanceof SyscallError ? startFailure(error, program, 126) : error;
  } finally {
    closeSync(pidfd);
  }
}

/** Docker's 126, in the foreground. */
function cannotInvoke({ message, remedy }: UnknownUser): StartFailure {
  return new StartFailure(message, 126, remedy);
}

interface Lifetime {
  readonly outlives?: boolean;
}

interface Visit {
  readonly init: number;
  readonly config: ContainerConfig;
  readonly program: ProcessConfig;
  readonly identity: Identity;
  readonly made: MadeForIt;
}

// #region exec
/** All that happens between clone(2) and the program: the end of it is as in a container's own list. */
function visit(pidfd: number, { init, config, program, identity, made }: Visit): Syscall[] {
  const [{ uid, gid, groups }, privileged] = [identity, isPrivileged()];
  const namespaces = cloneFlags({ linux: { namespaces: namespacesOf(config, { privileged }) } });
  return [
    ...(findCgroup(config.id)?.joinCalls() ?? []),
    setns(pidfd, namespaces | ownCgroup(init)),
    ...goTo(program.cwd),
    ...giveToUser(made, identity),
    ...limitCapabilities(ownCapabilities())(usualCapabilities(uid)),
    ...becomeUser({ uid, gid, additionalGids: groups }, privileged),
    umask(0o022),
    ...execvp(program.args, withHome(program.env, identity)),
  ];
}

/**
 * Only now is there a process that others in the container see, and may look into (ptrace(2), CVE-2016-9962): a pid namespace
 * takes in children, and this one is born when nothing of tslab's is in its memory. The terminal is its descriptor 0.
 */
function appear({ terminal }: MadeForIt): Syscall[] {
  return [fork(), ...ownSession(terminal && 0)];
}
// #endregion

/** On v2, where it was in a cgroup when it was started. */
function ownCgroup(init: number): number {
  return readNamespace(init, 'cgroup') === readNamespace('self', 'cgroup') ? 0 : CLONE_NEWCGROUP;
}

/** A pidfd of the first process. It is opened before its start time is compared, so it cannot mean another. */
function openInit(name: string, state: ContainerState): number {
  const { init } = state;
  if (isPaused(state)) {
    throw new UserError(`Container ${name} is paused, unpause the container before exec`, 2, `tslab unpause ${name}`);
  }
  if (!isRunning(state)) throw new UserError(`Container ${name} is not running`, 2, `tslab start ${name}`);
  const pidfd = call(pidfdOpen(init.pid));
  if (isAlive(init.pid, init.startTime)) return pidfd;
  closeSync(pidfd);
  throw new UserError(`Container ${name} is not running`, 2, `tslab start ${name}`);
}
