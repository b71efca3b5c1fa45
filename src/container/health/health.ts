/**
 * The health of a container: what a result of its check makes of it, and when the next check is due. Pure. Source: moby,
 * daemon/health.go.
 */
import type { Healthcheck } from '../record.js';

/** Docker's words. */
export const HEALTH_STATUSES = ['starting', 'healthy', 'unhealthy'] as const;

/** What checks of a container have come to. */
export interface Health {
  readonly status: (typeof HEALTH_STATUSES)[number];
  /** How often in a row it has failed. */
  readonly failingStreak: number;
  /** The last results, oldest first. */
  readonly log: readonly CheckResult[];
}

/** What one check has come to. */
export interface CheckResult {
  /** ISO 8601. */
  readonly start: string;
  readonly end: string;
  /** 0 is healthy; -1: it took too long, or could not be started. */
  readonly exitCode: number;
  readonly output: string;
}

/** Of a container that nothing has checked yet. */
export const NEW_HEALTH: Health = { status: 'starting', failingStreak: 0, log: [] };

const MOST_RESULTS = 5;

/** When and how often a container is checked. */
export interface CheckTimes {
  /** Milliseconds. */
  readonly interval: number;
  readonly timeout: number;
  readonly startPeriod: number;
  readonly startInterval: number;
  /** Failures in a row that make it unhealthy. */
  readonly retries: number;
}

/** What was asked for, or Docker's usual: 0 asks for that, too. */
export function timesOf({ interval, timeout, startPeriod = 0, startInterval, retries }: Healthcheck): CheckTimes {
  return {
    interval: (interval || 30e9) / 1e6,
    timeout: (timeout || 30e9) / 1e6,
    startPeriod: startPeriod / 1e6,
    startInterval: (startInterval || 5e9) / 1e6,
    retries: retries || 3,
  };
}

/** The program that checks; undefined where there is none. */
export function checkOf({ test: [kind, command] }: Healthcheck): readonly string[] | undefined {
  return kind === 'CMD-SHELL' ? ['/bin/sh', '-c', command ?? ''] : undefined;
}

/** A failure does not count as long as a container starts, `age` milliseconds after its start when the check began. */
export function checked(
  health: Health,
  result: CheckResult,
  { age, times }: { age: number; times: CheckTimes },
): Health {
  const log = [...health.log, result].slice(-MOST_RESULTS);
  if (result.exitCode === 0) return { status: 'healthy', failingStreak: 0, log };
  if (isStarting(health, age, times)) return { ...health, log };
  const failingStreak = health.failingStreak + 1;
  return { status: failingStreak >= times.retries ? 'unhealthy' : health.status, failingStreak, log };
}

/** Milliseconds from the end of a check, or the start of the container, to the next check. */
export function untilNextCheck(health: Health, age: number, times: CheckTimes): number {
  return isStarting(health, age, times) ? times.startInterval : times.interval;
}

function isStarting({ status }: Health, age: number, { startPeriod }: CheckTimes): boolean {
  return status === 'starting' && age < startPeriod;
}
