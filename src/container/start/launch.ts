import { isatty } from 'node:tty';
import { callsOf, containerPieces } from '../../../labs/12-runtime/calls/container.js';
import { cloneFlags } from '../../../labs/12-runtime/calls/namespaces.js';
import type { Cgroup } from '../../cgroup/cgroup.js';
import { SyscallError } from '../../kernel/errors/syscall-error.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { start } from '../../kernel/process.js';
import type { ExitStatus } from '../../kernel/wait.js';
import { startTime } from '../../procfs/processes.js';
import { thisProcess } from '../../state/ledger/ledger.js';
import { type Whereabouts, writeOwnFiles } from '../files/own-files.js';
import { forwardPorts, releasePorts, takePorts } from '../ports/held-ports.js';
import { type ContainerState, ended, failed, isRunning, NEW_STATE, started } from '../state.js';
import { type Container, lockContainer, readOrSkip, updateState, writeSpec, writeState } from '../store/store.js';
import { tellMounts, tellOf } from '../store/tell.js';
import type { ProcessIo, StartedProcess } from '../terminal/session.js';
import { madeMapsFor } from '../users/maps.js';
import { noticeOfOneUser } from '../users/one-user.js';
import { giveToRoot, UserNamespace } from '../users/user-namespace.js';
import { findCgroup, planCgroup, refuseSharedPids } from './cgroup.js';
import { StartFailure, startFailure } from './failure.js';
import { ensureInitLayer } from './init-layer.js';
import { isInNetwork, joinNetworks, leaveNetworks } from './joining.js';
import { layersOf, planOf } from './plan.js';
import { containerOf, SharedNamespaces } from './shared-namespaces.js';
import { filesystemsOf, lockingVolumes, VolumesInUse } from './volumes-in-use.js';

/** A container that runs, as a child of this process; `ended` is its state after its end, written down already. */
export type Running = StartedProcess<ContainerState>;

/**
 * Starts a container that has been created, and writes down that it runs before its first call is made. Throws UserError
 * where it runs already, StartFailure where the kernel refuses; its state tells the reason then.
 */
export function launch(id: string, io: ProcessIo): Running {
  const running = lockContainer(id, (container) => {
    refuseIfRunning(container);
    const volumes = filesystemsOf(container);
    return lockingVolumes(volumes, () => {
      using inUse = new VolumesInUse(volumes);
      return begin(container, io, inUse.places);
    });
  });
  if (!running) throw new UserError(`No such container: ${id.slice(0, 12)}`, 2);
  return running;
}

/**
 * Writes down how a container ended, and removes what there is for it: its ports, its cgroup, its places in networks. Its state then; undefined
 * where somebody removed it while it ran.
 */
export function recordEnd(
  id: string,
  status: ExitStatus,
  { error = '', cgroup = findCgroup(id) }: { error?: string; cgroup?: Cgroup | undefined } = {},
): ContainerState | undefined {
  releasePorts(id);
  const { oomKilled, problem } = removeCgroup(cgroup, status);
  const container = readOrSkip(id);
  if (container) leaveNetworks(container);
  const end = { exitCode: status.status, finishedAt: new Date().toISOString(), oomKilled, error: error || problem };
  return updateState(id, (state) => ended(state, end))?.state;
}

/** 128 and SIGKILL: of its first process, or of one that this has waited for. */
const KILLED = 137;

/** What cannot be removed is left to `tslab cleanup`: that the container has ended is to be known all the same. */
function removeCgroup(
  cgroup: Cgroup | undefined,
  { status: exitCode }: ExitStatus,
): { oomKilled: boolean; problem: string } {
  let oomKilled = false;
  try {
    oomKilled = exitCode === KILLED && cgroup?.has('memory.limit') === true && cgroup.memory().oomKills > 0;
    cgroup?.remove();
    return { oomKilled, problem: '' };
  } catch (error) {
    return { oomKilled, problem: (error as Error).message };
  }
}

function begin(container: Container, io: ProcessIo, inUse: VolumesInUse['places']): Running {
  const { config } = container;
  const { stdio } = io;
  const outlives = config.detached || io.outlives === true;
  const cgroup = planCgroup(config);
  try {
    refuseSharedPids(config, cgroup);
    const ports = isInNetwork(container) ? takePorts(container) : [];
    const joined = joinNetworks(container, ports, outlives);
    tellNotices(joined?.notices ?? [], config, io);
    const alone = noticeOfOneUser();
    if (alone !== undefined) io.warn?.(alone);
    prepareFiles(container, joined?.where);
    using shared = new SharedNamespaces(container);
    using userNamespace = makeUserNamespace(container);
    if (userNamespace) giveToRoot(io, userNamespace);
    const made = { ...io, inUse, shared, network: joined?.own, userNamespace };
    const { spec, at } = planOf(container, made, () => cgroup);
    if (at.withoutDevices) io.warn?.(WITHOUT_DEVICES);
    writeSpec(container, spec);
    const pieces = containerPieces(spec, at, config.skip);
    const { entering, calls, inside } = callsOf(pieces);
    const namespaces = cloneFlags(spec, userNamespace !== undefined);
    const asking = io.asked?.prepare(calls);
    const list = { entering, calls: asking ?? calls, inside, listening: asking && io.asked };
    // Behind the gate a crash of ours leaves a container that the next command knows of.
    const child = start({ namespaces, ...list, stdio, outlives }, (pid) => {
      io.known?.(pid);
      io.asked?.follow(pid);
      for (const { gate } of pieces) gate?.open(pid);
      writeState(container, running(container, pid, { ports, ...(joined && { links: joined.links }) }));
      joined?.entrust?.();
      if (joined) forwardPorts(config.id);
      cgroup?.disown();
    });
    tellMounts(config);
    tellOf(config, 'start');
    const { pid, exited } = child;
    return { pid, ended: exited.then((status) => endOf(config.id, status, cgroup)) };
  } catch (error) {
    releasePorts(config.id);
    leaveNetworks(container);
    cgroup?.remove();
    const failure = error instanceof SyscallError ? startFailure(error, config.process, 125) : error;
    const exitCode = failure instanceof StartFailure ? failure.status : 125;
    noteFailure(container, exitCode, (failure as Error).message);
    throw failure;
  }
}

/** Undefined where it has that of the host, or one that its user makes himself by clone(2). */
function makeUserNamespace(container: Container): UserNamespace | undefined {
  const maps = madeMapsFor(container.config.userns);
  return maps && new UserNamespace(maps, layersOf(container).target);
}

/** For `ps` and `inspect`. Where it cannot be written (a full disk), the failure is still thrown to the caller. */
function noteFailure(container: Container, exitCode: number, error: string): void {
  try {
    writeState(container, failed(container.state, exitCode, error));
  } catch (unwritten) {
    if (!(unwritten instanceof UserError)) throw unwritten;
  }
}

/** Where that can no longer be written down, whoever waits for it learns it all the same. */
function endOf(id: string, status: ExitStatus, cgroup: Cgroup | undefined): ContainerState {
  try {
    return recordEnd(id, status, { cgroup }) ?? unrecorded(status, '');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return unrecorded(status, error.message);
  }
}

/** What a container has of its own beside its writable layer. */
function prepareFiles({ config, directory }: Container, where: Whereabouts | undefined): void {
  ensureInitLayer(config.layers);
  if (containerOf(config.network) === undefined) writeOwnFiles(directory, config, where);
}

/** The state of a container that has none any more. */
function unrecorded({ status }: ExitStatus, error: string): ContainerState {
  return ended(NEW_STATE, { exitCode: status, finishedAt: new Date().toISOString(), oomKilled: false, error });
}

/**
 * What does not work of a network that nobody asked for is told to people, and kept out of files. (A look at `process.stderr` would make a pipe
 * non-blocking that is the program's as well.)
 */
function tellNotices(notices: readonly string[], { network }: Container['config'], io: ProcessIo): void {
  for (const notice of notices) if (network !== 'bridge' || isatty(2)) io.warn?.(notice);
}

/** Docker has no such container: it does not start without a devices cgroup. */
const WITHOUT_DEVICES =
  'there can be no rules for devices here (tslab doctor): the container has no CAP_MKNOD, and opens no device but those of its /dev';

type Reached = Pick<ContainerState, 'ports' | 'links'>;

function running({ state }: Container, pid: number, reached: Reached): ContainerState {
  const init = { pid, startTime: startTime(pid) ?? 0 };
  return started(state, { init, owner: thisProcess(), startedAt: new Date().toISOString(), ...reached });
}

function refuseIfRunning({ config, state }: Container): void {
  if (!isRunning(state)) return;
  throw new UserError(
    `Container ${config.name} is already running.`,
    2,
    `tslab exec ${config.name} … runs a command in it.`,
  );
}
