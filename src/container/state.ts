/**
 * The state of a container: its changes, and questions about it.
 *
 *     created ─── started ──▶ running ◀── paused, thawed ──▶ paused
 *                     ▲          │                             │
 *                     └─ exited ◀┴───────── ended, lost ───────┘
 *
 * A change is a function from one state to the next. It reads no clock, no /proc and no file: what it needs are arguments.
 * A change that is impossible in a state (to pause an exited one) returns the same state, and then nothing is written.
 */
import type { PublishedPort } from '../network/ports/published.js';
import { isAlive } from '../procfs/processes.js';
import type { ContainerConfig, RestartPolicy } from './record.js';

export const STATUSES = ['created', 'running', 'paused', 'exited'] as const;

/** The present state of a container. Written to `state.json` at each change. */
export interface ContainerState {
  readonly status: (typeof STATUSES)[number];
  /** The first process as the host sees it; {@link NOBODY} where there is none. */
  readonly init: ProcessName;
  /** The process that will record its end: a supervisor, or the command in the foreground. Before the start: the command that made it. */
  readonly owner: ProcessName;
  /** ISO 8601, or empty. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** As the shell's `$?`. */
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** The reason why it could not be started, or what is unknown of its end. */
  readonly error: string;
  readonly restartCount: number;
  /** `stop` or `kill` was asked for: no restart. */
  readonly stopRequested: boolean;
  /** Of the host, that lead to it while it runs. */
  readonly ports?: readonly PublishedPort[];
  /** While it runs, in their order. */
  readonly links?: readonly ContainerLink[];
  /** `create` made it: it stays when that command ends, until it is started or removed. */
  readonly awaitsStart?: boolean;
  /** The command that is about to start it again (`restart`): while that lives, it is not removed, even with `--rm`. */
  readonly restarting?: ProcessName;
}

/** Pid and start time (clock ticks since boot): together they identify a process. */
export interface ProcessName {
  readonly pid: number;
  readonly startTime: number;
}

/** A link of a running container, eth0 or a later one, to one of its networks. */
export interface ContainerLink {
  /** The network's name. */
  readonly network: string;
  readonly networkId: string;
  readonly endpointId: string;
  readonly address: string;
  /** The length of the network's prefix. */
  readonly prefix: number;
  /** The way out; undefined where there is none. */
  readonly gateway?: string;
  readonly mac: string;
  /** eth0 is 0. */
  readonly nth: number;
  readonly address6?: string;
  readonly prefix6?: number;
  readonly gateway6?: string;
}

export const NOBODY: ProcessName = { pid: 0, startTime: 0 };

export const NEW_STATE: ContainerState = {
  status: 'created',
  init: NOBODY,
  owner: NOBODY,
  startedAt: '',
  finishedAt: '',
  exitCode: 0,
  oomKilled: false,
  error: '',
  restartCount: 0,
  stopRequested: false,
};

/** Before its first start a container belongs to the command that made it. */
export function createdBy(owner: ProcessName): ContainerState {
  return { ...NEW_STATE, owner };
}

/** It is to stay as it is, for a later `start`: the command that made it prints its id and ends. */
export function leftCreated(state: ContainerState): ContainerState {
  return isCreated(state) ? { ...state, awaitsStart: true } : state;
}

/** It runs. Fields of its last run are reset, but for the count of restarts. */
export function started(
  state: ContainerState,
  start: Pick<ContainerState, 'init' | 'owner' | 'startedAt' | 'ports' | 'links'>,
): ContainerState {
  if (isRunning(state)) return state;
  const { restartCount } = state;
  return { ...NEW_STATE, ...start, status: 'running', restartCount, restarting: NOBODY };
}

/** It could not be started, and stays created or exited. */
export function failed(state: ContainerState, exitCode: number, error: string): ContainerState {
  return isRunning(state) ? state : { ...state, exitCode, error };
}

/** Only a running container can be paused. */
export function paused(state: ContainerState): ContainerState {
  return state.status === 'running' ? { ...state, status: 'paused' } : state;
}

/** It runs again: after `unpause`, or to receive a signal. */
export function thawed(state: ContainerState): ContainerState {
  return isPaused(state) ? { ...state, status: 'running' } : state;
}

/** It is to end, or stay exited: its policy does not start it again. */
export function askedToStop(state: ContainerState): ContainerState {
  return { ...state, stopRequested: true };
}

/** A command starts it: the count of restarts and the request to stop are reset. */
export function askedToStart(state: ContainerState): ContainerState {
  return isRunning(state) ? state : { ...state, restartCount: 0, stopRequested: false };
}

/** `restart` is about to stop it and to start it again. */
export function restarting(state: ContainerState, by: ProcessName): ContainerState {
  return isRunning(state) ? { ...state, restarting: by } : state;
}

/** Its policy starts it again. */
export function retried(state: ContainerState): ContainerState {
  return mayBeRetried(state) ? { ...state, restartCount: state.restartCount + 1 } : state;
}

/** Another supervisor will record its end. */
export function adopted(state: ContainerState, owner: ProcessName): ContainerState {
  return isRunning(state) ? { ...state, owner } : state;
}

/** It has ended, whatever the state says: its parent or, by a pidfd, the kernel knows better. */
export function ended(
  state: ContainerState,
  end: Pick<ContainerState, 'exitCode' | 'finishedAt' | 'oomKilled' | 'error'>,
): ContainerState {
  return { ...state, ...end, status: 'exited', init: NOBODY, owner: NOBODY };
}

/** A shell's status for SIGKILL: the best guess at an end that was not recorded. */
export const UNKNOWN_EXIT = 137;

/** It has ended, and so has the process that would have learned how. */
export function lost(state: ContainerState, finishedAt: string): ContainerState {
  if (!isRunning(state)) return state;
  const error = 'exit status unknown: the process that waited for it was killed';
  return ended(state, { exitCode: UNKNOWN_EXIT, finishedAt, oomKilled: false, error });
}

/** It has never run. */
export function isCreated({ status }: ContainerState): boolean {
  return status === 'created';
}

/** It was never tried to be started, and the command that made it is about to. */
export function isUntried(state: ContainerState): boolean {
  return isCreated(state) && state.error === '' && !state.awaitsStart;
}

/** Its program runs, perhaps frozen, according to the state. */
export function isRunning({ status }: ContainerState): boolean {
  return status === 'running' || status === 'paused';
}

export function isPaused({ status }: ContainerState): boolean {
  return status === 'paused';
}

export function hasExited({ status }: ContainerState): boolean {
  return status === 'exited';
}

/** Whether it has not been stopped, started or removed since it ended. */
export function mayBeRetried(state: ContainerState): boolean {
  return hasExited(state) && !state.stopRequested;
}

/** Whether a detached container that has ended is to be started again, after a while: by its policy, unless it was stopped by a command. */
export function awaitsRestart({ config, state }: { config: ContainerConfig; state: ContainerState }): boolean {
  return config.detached && mayBeRetried(state) && isWanted(config.restart, state);
}

function isWanted({ name, maximum = Number.POSITIVE_INFINITY }: RestartPolicy, state: ContainerState): boolean {
  if (name === 'on-failure') return state.exitCode !== 0 && state.restartCount < maximum;
  return name !== 'no';
}

/** Whether it was stopped by a command, and is to be started when a killed supervisor is replaced, or after a reboot. */
export function startsAnew({ config, state }: { config: ContainerConfig; state: ContainerState }): boolean {
  return config.detached && config.restart.name === 'always' && hasExited(state) && state.stopRequested;
}

/** How long it ran before it ended, in milliseconds. */
export function ranFor({ startedAt, finishedAt }: ContainerState): number {
  return Date.parse(finishedAt) - Date.parse(startedAt);
}

/** Whether a process lives. The questions below ask /proc, unless they are handed another answer. */
type Lives = (process: ProcessName) => boolean;

const livesHere: Lives = ({ pid, startTime }) => pid !== 0 && isAlive(pid, startTime);

/** Its first process is gone, and the state does not say so yet. */
export function isDead(state: ContainerState, lives = livesHere): boolean {
  return isRunning(state) && !lives(state.init);
}

/** It has ended, and so has its owner, which would have recorded that: by SIGKILL or a reboot. */
export function endedUnseen(state: ContainerState, lives = livesHere): boolean {
  return isDead(state, lives) && !lives(state.owner);
}

/** It runs, and the owner that would record its end is gone. */
export function isOrphan(state: ContainerState, lives = livesHere): boolean {
  return isRunning(state) && lives(state.init) && !lives(state.owner);
}

/**
 * The command that made it was killed before it had started it, and its id was never printed. One that could not be started says
 * why, and stays, since its id is known.
 */
export function neverStarted(state: ContainerState, lives = livesHere): boolean {
  return isUntried(state) && !lives(state.owner);
}

/** It has ended, and no `restart` is about to start it again: with `--rm` it is removed. */
export function endedForGood(state: ContainerState, lives = livesHere): boolean {
  return hasExited(state) && !lives(state.restarting ?? NOBODY);
}
