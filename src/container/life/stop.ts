import { closeSync } from 'node:fs';
import { callUntraced } from '../../kernel/call.js';
import { pidfdOpen, pidfdSendSignal } from '../../kernel/calls/index.js';
import { SIGKILL, SIGTERM } from '../../kernel/constants.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { isAlive } from '../../procfs/processes.js';
import { parseSignal } from '../signal.js';
import { thawWhatIsThere } from '../start/cgroup.js';
import { askedToStop, isPaused, isRunning, thawed } from '../state.js';
import { type Container, updateStateIfPossible } from '../store/store.js';
import { tellOf } from '../store/tell.js';
import { ContainerWait } from './wait.js';

/** The time that a container may take to die of SIGKILL, in milliseconds. */
const PATIENCE = 30_000;

/** How long a container has to end, in seconds, where nothing else is said (moby, defaultStopTimeout). */
const STOP_TIMEOUT = 10;

/** How a container is asked to end; what is not given is as it was made to be (`--stop-signal`, `--stop-timeout`). */
export interface StopRequest {
  readonly signal?: string;
  /** Seconds from the signal to the SIGKILL; below 0: never. */
  readonly timeout?: number;
}

/**
 * Asks a container to end, and kills it where it has not after some seconds. Returns its exit status. Does nothing where it does not
 * run. Throws UserError (2) for a signal that is none.
 */
export async function stopContainer(container: Container, request: StopRequest): Promise<number> {
  const signal = parseSignal(request.signal ?? container.config.stopSignal);
  const seconds = request.timeout ?? container.config.stopTimeout ?? STOP_TIMEOUT;
  const now = requestStop(container);
  using ending = new ContainerWait(now);
  signalContainer(now, signal);
  const wait = seconds < 0 ? Number.POSITIVE_INFINITY : seconds * 1000;
  const status = (await ending.within(wait)) ?? (await killed(now, ending));
  if (isRunning(container.state)) tellOf(container.config, 'stop');
  return status;
}

/** Kills a container and waits until it is gone. Returns its exit status. */
export async function killContainer(container: Container): Promise<number> {
  const now = requestStop(container);
  using ending = new ContainerWait(now);
  return await killed(now, ending);
}

/**
 * Sends a signal to the first process of a running container. A frozen one must be thawed to receive it, as Docker does
 * for SIGKILL; it may be frozen without being paused, where `pause` was killed in between.
 */
export function signalContainer({ config, state }: Container, signal: number): void {
  const { init } = state;
  const pidfd = callUntraced(pidfdOpen(init.pid));
  if (pidfd < 0) return;
  if (isAlive(init.pid, init.startTime)) {
    tellOf(config, 'kill', { signal: `${signal}` });
    callUntraced(pidfdSendSignal(pidfd, signal));
  }
  closeSync(pidfd);
  if (isPaused(state) || signal === SIGKILL) thaw(config.id);
}

/**
 * Whether a container that got a signal by `kill` is not to be started again: as in Docker (moby, killWithSignal()) any signal says so,
 * unless it has a stop signal of its own, and this is another. To `unless-stopped` any does.
 */
export function endsRestarts({ config: { stopSignal, restart } }: Container, signal: number): boolean {
  const own = parseSignal(stopSignal);
  return [SIGKILL, own].includes(signal) || own === SIGTERM || restart.name === 'unless-stopped';
}

/**
 * Records first, if possible, that its restart policy is not to start it again. Returns the state then: it may have ended since the
 * container was read.
 */
export function requestStop(container: Container): Container {
  return updateStateIfPossible(container.config.id, askedToStop) ?? container;
}

function thaw(id: string): void {
  thawWhatIsThere(id);
  updateStateIfPossible(id, thawed);
}

async function killed(container: Container, ending: ContainerWait): Promise<number> {
  signalContainer(container, SIGKILL);
  const status = await ending.within(PATIENCE);
  if (status !== undefined) return status;
  const { name, id } = container.config;
  const message = `Container ${name} (${id.slice(0, 12)}) was killed and is still there after ${PATIENCE / 1000} s`;
  const remedy =
    'A process that waits for a disk or a network file system dies when that answers: tslab top tells its state.';
  throw new UserError(message, 3, remedy);
}
