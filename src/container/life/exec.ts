import { closeSync } from 'node:fs';
import { become } from '../../../labs/09-users/calls/become.js';
import { loadFilter, noNewPrivileges } from '../../../labs/10-security/calls/filter.js';
import { becomeUser, keepAdmin, limitBounding } from '../../../labs/10-security/calls/give-up.js';
import { goTo } from '../../../labs/10-security/calls/go-to.js';
import { ownKeyring } from '../../../labs/10-security/calls/keyring.js';
import { writeOnlyBelow } from '../../../labs/10-security/calls/landlock.js';
import { limitResources } from '../../../labs/10-security/calls/rlimits.js';
import { execvp, LANDLOCK } from '../../../labs/12-runtime/calls/program.js';
import { giveToUser, type MadeForIt, ownSession } from '../../../labs/12-runtime/calls/terminal.js';
import { call } from '../../kernel/call.js';
import { fork, pidfdOpen, setns, umask } from '../../kernel/calls/index.js';
import * as k from '../../kernel/constants.js';
import { landlockVersion } from '../../kernel/credentials/landlock-version.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { SyscallError } from '../../kernel/errors/syscall-error.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { start } from '../../kernel/process.js';
import { randomHex } from '../../kernel/random.js';
import type { Syscall } from '../../kernel/syscall.js';
import { openPtyOf } from '../../kernel/terminal/pty.js';
import { type ExitStatus, waitNoMore } from '../../kernel/wait.js';
import { type IdMaps, maySetGroups } from '../../oci/id-maps.js';
import type { Spec } from '../../oci/spec.js';
import { type NamespaceKind, readNamespace } from '../../procfs/namespaces.js';
import { isAlive } from '../../procfs/processes.js';
import { guestOfRoot } from '../../rootfs/guest-file.js';
import { filterFlags } from '../../seccomp/flags.js';
import { programFor } from '../../seccomp/program.js';
import { visitRunning } from '../files/root.js';
import { rlimitOf } from '../limits-spec.js';
import type { ContainerConfig, ProcessConfig } from '../record.js';
import { namesIn } from '../security.js';
import { findCgroup } from '../start/cgroup.js';
import { StartFailure, startFailure } from '../start/failure.js';
import { type Identity, resolveIdentity, UnknownUser, withHome } from '../start/identity.js';
import { keyringOf } from '../start/keyring.js';
import { planOf } from '../start/plan.js';
import { type ContainerState, isPaused, isRunning } from '../state.js';
import { type Container, readOwnSpec } from '../store/store.js';
import { tellOf } from '../store/tell.js';
import { holdTerminal } from '../supervisor/terminal-copier.js';
import type { LEFT } from '../terminal/detach-keys.js';
import { attend, type ProcessIo } from '../terminal/session.js';
import { mapsOfRunning } from '../users/maps.js';
import { giveToRoot, rootOf } from '../users/user-namespace.js';
import { capabilitiesFor, capabilitiesOf } from '../usual-spec.js';

/** Runs a program in a running container, in the foreground, until it ends or is left at some keys: how. Throws as {@link enter} does. */
export function execAttended(
  container: Container,
  process: ProcessConfig,
  keys: Buffer,
): Promise<ExitStatus | typeof LEFT> {
  const starter = {
    begin: (io: ProcessIo) => enter(container, process, io),
    openTerminal: () => ({ ...openPtyOf(container.state.init.pid), devpts: undefined }),
  };
  // As with Docker nobody sees what it prints from then on.
  return attend(process, starter, { keys, leave: (master) => waitNoMore(holdTerminal(master, 'null')) });
}

/**
 * The same in the background: its output is dropped, and it goes on when tslab ends. One that cannot be started is, as with
 * Docker, a mistake of the command's (1), not an end of the program's (126, 127): UserError.
 */
export function execDetached(container: Container, process: ProcessConfig): void {
  try {
    waitNoMore(enter(container, process, { stdio: ['null', 'null', 'null'], outlives: true }).pid);
  } catch (error) {
    throw error instanceof StartFailure ? new UserError(error.message, 2, error.remedy) : error;
  }
}

/**
 * Starts a program in a container: in its cgroup first, then in all its namespaces at once, as lab 05 shows. Throws UserError
 * where the container does not run, StartFailure where the kernel refuses.
 */
export function enter(container: Container, program: ProcessConfig, where: ProcessIo) {
  const { config, state } = container;
  const pidfd = openInit(config.name, state);
  try {
    const ids = mapsOfRunning(state.init.pid);
    const identity = visitRunning(container, (root) =>
      resolveIdentity({ ...config, ...program }, guestOfRoot(root), ids),
    );
    if (ids && isPrivileged()) giveToRoot(where, rootOf(ids));
    const visit = {
      init: state.init.pid,
      ids,
      config,
      spec: readOwnSpec(container) ?? planOf(container).spec,
      program,
      identity,
      made: where,
    };
    const [calls, inside] = [arrive(pidfd, visit), giveUp(visit)];
    const told = tellExec(config, program);
    const { pid, exited } = start({ calls, inside, stdio: where.stdio, outlives: where.outlives ?? false });
    where.known?.(pid);
    told.started();
    return { pid, ended: exited.then(told.ended) };
  } catch (error) {
    // Nobody sees the output of one in the background.
    if (error instanceof UnknownUser && where.stdio[1] !== 'null') throw cannotInvoke(error);
    throw error instanceof SyscallError ? startFailure(error, program, 126) : error;
  } finally {
    closeSync(pidfd);
  }
}

/** Tells of a program that an exec adds, and returns what tells how it goes on. */
function tellExec(config: ContainerConfig, { args }: ProcessConfig) {
  const [words, execID] = [args.join(' '), randomHex(32)];
  tellOf(config, `exec_create: ${words}`, { execID });
  return {
    started: () => tellOf(config, `exec_start: ${words}`, { execID }),
    ended: (end: ExitStatus) => {
      tellOf(config, 'exec_die', { execID, exitCode: `${end.status}` });
      return end;
    },
  };
}

/** Docker's 126, in the foreground. */
function cannotInvoke({ message, remedy }: UnknownUser): StartFailure {
  return new StartFailure(message, 126, remedy);
}

interface Visit {
  readonly init: number;
  /** Undefined where it is in the user namespace of the host. */
  readonly ids: IdMaps | undefined;
  readonly config: ContainerConfig;
  /** With which it was started. */
  readonly spec: Spec;
  readonly program: ProcessConfig;
  readonly identity: Identity;
  readonly made: MadeForIt;
}

// #region exec
/** All that happens between clone(2) and the program, in tslab's memory: the end of it is as in a container's own list. */
function arrive(pidfd: number, visit: Visit): Syscall[] {
  const { init, ids, config, program, identity, made } = visit;
  const keyring = keyringOf(config.id);
  return [
    ...(findCgroup(config.id)?.joinCalls() ?? []),
    setns(pidfd, namespacesOf(init)),
    // Root of the host is nobody in there, and execve(2) would leave it no capability.
    ...(ids && isPrivileged() ? become(0, 0) : []),
    ...(keyring === undefined || config.skip.includes('keyring') ? [] : ownKeyring(keyring)),
    ...goTo(program.cwd),
    ...giveToUser(made, identity),
    umask(0o022),
    ...filtered(visit),
    ...execvp(program.args, withHome(program.env, identity)),
  ];
}

/**
 * The rest, in memory of its own. Only at its end is there a process that others in the container see, and may look into (ptrace(2),
 * CVE-2016-9962): a pid namespace takes in children. The terminal is its descriptor 0.
 */
function giveUp({ ids, spec, config, program, identity, made }: Visit): Syscall[] {
  const { process } = spec;
  const { uid, gid, groups } = identity;
  const own = capabilitiesOf({ privileged: ids === undefined });
  const bounding = program.privileged ? namesIn(own) : (process.capabilities?.bounding ?? []);
  const capabilities = capabilitiesFor(uid, bounding);
  const limits = !config.skip.includes('capabilities');
  const directories = spec.annotations?.[LANDLOCK]?.split(':');
  return [
    ...limitResources(config.ulimits?.map(rlimitOf)),
    ...(directories && !config.skip.includes('landlock') ? writeOnlyBelow(directories, landlockVersion()) : []),
    ...(process.noNewPrivileges ? noNewPrivileges() : []),
    ...(limits ? limitBounding(own, capabilities) : []),
    ...becomeUser({ uid, gid, additionalGids: groups }, maySetGroups(ids?.gids)),
    ...(limits && uid === 0 ? keepAdmin(own, capabilities) : []),
    fork(),
    ...ownSession(made.terminal && 0),
  ];
}

/** Its container's filter, also of one with more capabilities: as Docker's. */
function filtered({ spec: { linux }, config: { skip } }: Visit): Syscall[] {
  const { seccomp } = linux;
  return seccomp && !skip.includes('seccomp') ? loadFilter(programFor(seccomp), filterFlags(seccomp.flags)) : [];
}
// #endregion

const FLAGS: Partial<Record<NamespaceKind, number>> = {
  ...{ mnt: k.CLONE_NEWNS, net: k.CLONE_NEWNET, uts: k.CLONE_NEWUTS, pid: k.CLONE_NEWPID, ipc: k.CLONE_NEWIPC },
  ...{ user: k.CLONE_NEWUSER, cgroup: k.CLONE_NEWCGROUP },
};

/** All in which the container is apart: to enter one that it shares with the host would take CAP_SYS_ADMIN there. */
function namespacesOf(init: number): number {
  const kinds = Object.entries(FLAGS) as [NamespaceKind, number][];
  const apart = kinds.filter(([kind]) => readNamespace(init, kind) !== readNamespace('self', kind));
  return apart.reduce((flags, [, flag]) => flags | flag, 0);
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
