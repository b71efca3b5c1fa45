import type { Healthcheck } from '../../container/record.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { parseDuration } from '../../oci/duration.js';
import { wholeNumber } from './refuse.js';

/** How the health of a container is checked, as given. */
export interface HealthFlags {
  readonly healthCmd?: string;
  readonly healthInterval?: string;
  readonly healthTimeout?: string;
  readonly healthRetries?: string;
  readonly healthStartPeriod?: string;
  readonly healthStartInterval?: string;
  /** False: `--no-healthcheck`. */
  readonly healthcheck?: boolean;
}

/** Undefined where nothing is asked for. Throws UserError (2), in Docker's words (docker/cli, opts.go; moby, validateHealthCheck()). */
export function parseHealth(flags: HealthFlags): Healthcheck | undefined {
  const { healthCmd: command = '', healthRetries, healthcheck = true } = flags;
  const settings = omittingZero({
    interval: readDuration('--health-interval', flags.healthInterval),
    timeout: readDuration('--health-timeout', flags.healthTimeout),
    startPeriod: readDuration('--health-start-period', flags.healthStartPeriod),
    startInterval: readDuration('--health-start-interval', flags.healthStartInterval),
    retries: readRetries(healthRetries),
  });
  const isAsked = command !== '' || Object.keys(settings).length > 0;
  if (!healthcheck && isAsked)
    throw new UserError('--no-healthcheck conflicts with --health-* options', 2, 'Leave one of them out.');
  if (!healthcheck) return { test: ['NONE'] };
  return isAsked ? { test: command === '' ? [] : ['CMD-SHELL', command], ...settings } : undefined;
}

/** Docker's least: a millisecond, in nanoseconds. 0 asks for the usual. */
const LEAST = 1e6;

function readDuration(option: string, value = '0'): number {
  const duration = durationOf(option, value);
  if (duration < 0) throw refused(`${option} cannot be negative`);
  if (duration === 0 || duration >= LEAST) return duration;
  const field = option.replace('--health', '').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  throw refused(`${field} in Healthcheck cannot be less than 1ms`);
}

function durationOf(option: string, value: string): number {
  try {
    return parseDuration(value);
  } catch (error) {
    throw refused(`invalid argument ${JSON.stringify(value)} for "${option}" flag: ${(error as Error).message}`);
  }
}

function refused(message: string): UserError {
  return new UserError(message, 2, 'A duration such as 500ms, 30s or 1m30s, at least 1ms; 0 is the usual one.');
}

function readRetries(value = '0'): number {
  if (/^-\d+$/.test(value) && Number(value) < 0)
    throw new UserError('--health-retries cannot be negative', 2, 'How many failures in a row; 0 is the usual 3.');
  return wholeNumber('--health-retries', value, 0);
}

function omittingZero<T extends Record<string, number>>(settings: T): Partial<T> {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== 0)) as Partial<T>;
}
