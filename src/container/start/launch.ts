import { cloneFlags, containerPieces } from '../../../labs/12-runtime/calls/container.js';
import type { Cgroup } from '../../cgroup/cgroup.js';
import { SyscallError } from '../../kernel/errors/syscall-error.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { start } from '../../kernel/process.js';
import type { ExitStatus } from '../../kernel/wait.js';
import { startTime } from '../../procfs/processes.js';
import { thisProcess } from '../../state/ledger/ledger.js';
import { writeOwnFiles } from '../files/own-files.js';
import { type ContainerState, ended, failed, isRunning, NEW_STATE, started } from '../state.js';
import { type Container, lockContainer, updateState, writeSpec, writeState } from '../store/store.js';
import type { ProcessIo, StartedProcess } from '../terminal/session.js';
import { findCgroup, planCgroup } from './cgroup.js';
import { StartFailure, startFailure } from './failure.js';
import { ensureInitLayer } from './init-layer.js';
import { planOf } from './plan.js';

/** A container that runs, as a child of this process; `ended` is its state after its end, written down already. */
export type Running = StartedProcess<ContainerState>;

/**
 * Starts a container that has been created, and writes down that it runs before its first call is made. Throws UserError
 * where it runs already, StartFailure where the kernel refuses; its state tells the reason then.
 */
export function launch(id: string, io: ProcessIo): Running {
  const running = lockContainer(id, (container) => {
    refuseIfRunning(container);
    return begin(container, io);
  });
  if (!running) throw new UserError(`No such container: ${id.slice(0, 12)}`, 2);
  return running;
}

/** Writes down how a container ended, and removes its cgroup. Its state then; undefined where somebody removed it while it ran. */
export function recordEnd(
  id: string,
  status: ExitStatus,
  { error = '', cgroup = findCgroup(id) }: { error?: string; cgroup?: Cgroup | undefined } = {},
): ContainerState | undefined {
  const { oomKilled, problem } = removeCgroup(cgroup, status);
  const end = { exitCode: status.status, finishedAt: new Date().toISOString(), oomKilled, error: error || problem };
  return updateState(id, (state) => ended(state, end))?.state;
}

/** What cannot be removed is left to `tslab cleanup`: that the container has ended is to be known all the same. */
function removeCgroup(cgroup: Cgroup | undefined, { signal }: ExitStatus): { oomKilled: boolean; problem: string } {
  let oomKilled = false;
  try {
    oomKilled = signal === 'SIGKILL' && cgroup?.has('memory.limit') === true && cgroup.memory().oomKills > 0;
    cgroup?.remove();
    return { oomKilled, problem: '' };
  } catch (error) {
    return { oomKilled, problem: (error as Error).message };
  }
}

function begin(container: Container, io: ProcessIo): Running {
  const { config } = container;
  const { stdio } = io;
  const cgroup = planCgroup(config);
  try {
    prepareFiles(container);
    const { spec, at } = planOf(container, io, () => cgroup);
    writeSpec(container, spec);
    const pieces = containerPieces(spec, at, config.skip);
    const calls = pieces.flatMap((piece) => piece.calls);
    const namespaces = cloneFlags(spec);
    // Behind the gate a crash of ours leaves a container that the next command knows of.
    const child = start({ namespaces, calls, stdio, outlives: config.detached }, (pid) => {
      for (const { gate } of pieces) gate?.open(pid);
      writeState(container, running(container, pid));
      cgroup?.disown();
    });
    const { pid, exited } = child;
    return { pid, ended: exited.then((status) => endOf(config.id, status, cgroup)) };
  } catch (error) {
    cgroup?.remove();
    const failure = error instanceof SyscallError ? startFailure(error, config.process, 125) : error;
    const exitCode = failure instanceof StartFailure ? failure.status : 125;
    noteFailure(container, exitCode, (failure as Error).message);
    throw failure;
  }
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
function prepareFiles({ config, directory }: Container): void {
  ensureInitLayer(config.layers);
  writeOwnFiles(directory, config);
}

/** The state of a container that has none any more. */
function unrecorded({ status }: ExitStatus, error: string): ContainerState {
  return ended(NEW_STATE, { exitCode: status, finishedAt: new Date().toISOString(), oomKilled: false, error });
}

function running({ state }: Container, pid: number): ContainerState {
  const init = { pid, startTime: startTime(pid) ?? 0 };
  return started(state, { init, owner: thisProcess(), startedAt: new Date().toISOString() });
}

function refuseIfRunning({ config, state }: Container): void {
  if (!isRunning(state)) return;
  throw new UserError(
    `Container ${config.name} is already running.`,
    2,
    `tslab exec ${config.name} … runs a command in it.`,
  );
}
