/**
 * How a container is: every change of it, and every question about it.
 *
 *     created ─── started ──▶ running ◀── paused, thawed ──▶ paused
 *                     ▲          │                             │
 *                     └─ exited ◀┴───────── ended, lost ───────┘
 *
 * A change is a function from one state to the next. It looks at no clock, no /proc and no file: what it needs is handed in.
 * A change that makes no sense in a state (to pause what has exited) returns that same state, and then nothing is written.
 */
import { isAlive } from '../procfs/processes.js';
import type { ContainerConfig } from './record.js';

export const STATUSES = ['created', 'running', 'paused', 'exited'] as const;

/** How a container is, now. Written to `state.json` at each change. */
export interface ContainerState {
  readonly status: (typeof STATUSES)[number];
  /** The first process as the host sees it; {@link NOBODY} where there is none. */
  readonly init: ProcessName;
  /** The process that will write down how it ends: a supervisor, or the command in the foreground. Before the start: who made it. */
  readonly owner: ProcessName;
  /** ISO 8601, or empty. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** As the shell's `$?`. */
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** Why it could not be started, or what is unknown of its end. */
  readonly error: string;
  readonly restartCount: number;
  /** `stop` or `kill` was asked for: no restart. */
  readonly stopRequested: boolean;
  /** The command that is about to start it again (`restart`): as long as that lives, it is not removed in between, even with `--rm`. */
  readonly restarting?: ProcessName;
}

/** Pid and start time (clock ticks since boot): together they name a process for good. */
export interface ProcessName {
  readonly pid: number;
  readonly startTime: number;
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

/** It runs. What its last run has left is no longer so, but for the count of restarts. */
export function started(
  state: ContainerState,
  start: Pick<ContainerState, 'init' | 'owner' | 'startedAt'>,
): ContainerState {
  if (isRunning(state)) return state;
  const { restartCount } = state;
  return { ...NEW_STATE, ...start, status: 'running', restartCount, restarting: NOBODY };
}

/** It could not be started, and is what it was before: created, or exited. */
export function failed(state: ContainerState, exitCode: number, error: string): ContainerState {
  return isRunning(state) ? state : { ...state, exitCode, error };
}

/** Only what runs can be paused. */
export function paused(state: ContainerState): ContainerState {
  return state.status === 'running' ? { ...state, status: 'paused' } : state;
}

/** It goes on: `unpause`, or a signal that it has to receive. */
export function thawed(state: ContainerState): ContainerState {
  return isPaused(state) ? { ...state, status: 'running' } : state;
}

/** Somebody wants it to end, or to stay as it is if it has ended: its policy does not start it again. */
export function askedToStop(state: ContainerState): ContainerState {
  return { ...state, stopRequested: true };
}

/** A person starts it: what was counted and asked for before does not count any more. */
export function askedToStart(state: ContainerState): ContainerState {
  return isRunning(state) ? state : { ...state, restartCount: 0, stopRequested: false };
}

/** `restart` is about to stop it and to start it again. */
export function restarting(state: ContainerState, by: ProcessName): ContainerState {
  return isRunning(state) ? { ...state, restarting: by } : state;
}

/** Its policy starts it once more. */
export function retried(state: ContainerState): ContainerState {
  return mayBeRetried(state) ? { ...state, restartCount: state.restartCount + 1 } : state;
}

/** Another supervisor will write down how it ends. */
export function adopted(state: ContainerState, owner: ProcessName): ContainerState {
  return isRunning(state) ? { ...state, owner } : state;
}

/** It has ended. In whatever state: this comes from its parent or, by a pidfd, from the kernel, which know better. */
export function ended(
  state: ContainerState,
  end: Pick<ContainerState, 'exitCode' | 'finishedAt' | 'oomKilled' | 'error'>,
): ContainerState {
  return { ...state, ...end, status: 'exited', init: NOBODY, owner: NOBODY };
}

/** What a shell says of a process that SIGKILL has ended: the only guess at an end that nobody saw. */
export const UNKNOWN_EXIT = 137;

/** It has ended, and whoever was to learn how is gone as well. */
export function lost(state: ContainerState, finishedAt: string): ContainerState {
  if (!isRunning(state)) return state;
  const error = 'exit status unknown: the process that waited for it was killed';
  return ended(state, { exitCode: UNKNOWN_EXIT, finishedAt, oomKilled: false, error });
}

/** It has never run. */
export function isCreated({ status }: ContainerState): boolean {
  return status === 'created';
}

/** Nobody has tried to start it yet. */
export function isUntried(state: ContainerState): boolean {
  return isCreated(state) && state.error === '';
}

/** Its program runs, perhaps frozen, by what is written down. */
export function isRunning({ status }: ContainerState): boolean {
  return status === 'running' || status === 'paused';
}

export function isPaused({ status }: ContainerState): boolean {
  return status === 'paused';
}

export function hasExited({ status }: ContainerState): boolean {
  return status === 'exited';
}

/** Nobody has stopped, started or removed it since it ended. */
export function mayBeRetried(state: ContainerState): boolean {
  return hasExited(state) && !state.stopRequested;
}

/** Whether a detached container that has ended is to be started again, after a while: by its policy, unless somebody has stopped it. */
export function awaitsRestart({ config, state }: { config: ContainerConfig; state: ContainerState }): boolean {
  const { name, maximum = Number.POSITIVE_INFINITY } = config.restart;
  const isWanted = config.detached && name === 'on-failure' && state.restartCount < maximum;
  return isWanted && mayBeRetried(state) && state.exitCode !== 0;
}

/** Whether a process lives. The questions below ask /proc, unless they are handed another answer. */
type Lives = (process: ProcessName) => boolean;

const livesHere: Lives = ({ pid, startTime }) => pid !== 0 && isAlive(pid, startTime);

/** Its first process is gone, and that is not written down: it may be so at any moment. */
export function isDead(state: ContainerState, lives = livesHere): boolean {
  return isRunning(state) && !lives(state.init);
}

/** It has ended, and whoever was to write that down is gone too: SIGKILL, a reboot. */
export function endedUnseen(state: ContainerState, lives = livesHere): boolean {
  return isDead(state, lives) && !lives(state.owner);
}

/** It runs, and whoever is to write down its end is gone. */
export function isOrphan(state: ContainerState, lives = livesHere): boolean {
  return isRunning(state) && lives(state.init) && !lives(state.owner);
}

/**
 * The command that made it was killed before it had started it, and nobody has its id. One that could not be started says
 * why, and stays for the person who was told so.
 */
export function neverStarted(state: ContainerState, lives = livesHere): boolean {
  return isUntried(state) && !lives(state.owner);
}

/** It has ended, and no `restart` is about to start it again: so one with `--rm` goes. */
export function endedForGood(state: ContainerState, lives = livesHere): boolean {
  return hasExited(state) && !lives(state.restarting ?? NOBODY);
}
