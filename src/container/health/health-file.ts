import { join } from 'node:path';
import { integer, list, maybe, moment, record, text, word } from '../../kernel/parser.js';
import { writeAtomically } from '../../state/atomic.js';
import { CorruptError, type Format, readStored, storedText, Withheld, writeStored } from '../../state/stored.js';
import { type ContainerState, isPaused, isRunning, type ProcessName } from '../state.js';
import type { Container } from '../store/read.js';
import { type CheckResult, checkOf, HEALTH_STATUSES, type Health, NEW_HEALTH } from './health.js';

/** The health of a container, as `health.json` keeps it. */
export interface KeptHealth extends Health {
  /** Of the run that it tells of. */
  readonly startedAt: string;
  /** The process that checks at the moment: the first of a session and a process group. */
  readonly checking?: ProcessName;
}

const HEALTH: Format<KeptHealth> = {
  version: 1,
  limit: 2 ** 20,
  parse: record<KeptHealth>({
    startedAt: moment,
    checking: maybe(record<ProcessName>({ pid: integer(1), startTime: integer(0) })),
    status: word(...HEALTH_STATUSES),
    failingStreak: integer(0),
    log: list(record<CheckResult>({ start: moment, end: moment, exitCode: integer(-1), output: text })),
  }),
};

/**
 * The health of a container, as others see it; undefined where nothing checks that, or it has never run. One that nothing checks at the moment,
 * since it has ended or is paused, is unhealthy, as with Docker (moby, CloseMonitorChannel()).
 */
export function healthOf(container: Container): Health | undefined {
  const { config, state } = container;
  if (!config.healthcheck || !checkOf(config.healthcheck) || state.startedAt === '') return undefined;
  const { status, failingStreak, log } = readHealth(container);
  return { status: mayBeChecked(state) ? status : 'unhealthy', failingStreak, log };
}

/** Whether it runs, and is not paused: nothing can run in a frozen cgroup. */
export function mayBeChecked(state: ContainerState): boolean {
  return isRunning(state) && !isPaused(state);
}

/** What is known of the present run, or the last. With a new one all starts anew, but for the log, as with Docker. */
export function readHealth({ directory, state: { startedAt } }: Container): KeptHealth {
  const kept = readKept(join(directory, 'health.json'));
  if (kept?.startedAt === startedAt) return kept;
  return { startedAt, ...NEW_HEALTH, log: kept?.log ?? [] };
}

/** Undefined also where it is damaged: the next check writes it anew. */
function readKept(file: string): KeptHealth | undefined {
  try {
    return readStored(file, HEALTH);
  } catch (error) {
    if (error instanceof CorruptError || error instanceof Withheld) return undefined;
    throw error;
  }
}

/** It does not wait for the disk: what is lost in a power cut is known again with the next check. Throws UserError (3). */
export function writeHealth({ directory }: Container, health: KeptHealth): void {
  writeStored(join(directory, 'health.json'), storedText(health, HEALTH), (path, text) =>
    writeAtomically(path, text, false),
  );
}
