/** What is kept of what a container prints: `--log-driver` and `--log-opt`. */
export interface LogConfig {
  /** Docker's names: of json-file and local the same files are kept here, of none nothing. */
  readonly driver: (typeof LOG_DRIVERS)[number];
  /** As given, for `inspect`. */
  readonly options: Readonly<Record<string, string>>;
  /** Undefined: all is kept. */
  readonly limit?: LogLimit;
}

export const LOG_DRIVERS = ['json-file', 'local', 'none'] as const;

/** A log is so many files long at most, as Docker counts them; each of both outputs has its own. */
export interface LogLimit {
  /** Bytes of each. */
  readonly maxSize: number;
  readonly maxFile: number;
}

/**
 * Where a log starts that has come to a length, in bytes. It is one file, which the program writes itself, so it cannot go on in another: where
 * Docker removes the oldest file, the head of this one is no part of the log any more. Lengths and offsets stay what they were.
 */
export function startOfLog(length: number, limit: LogLimit | undefined): number {
  if (!limit) return 0;
  return Math.max(0, Math.floor(length / limit.maxSize) - limit.maxFile + 1) * limit.maxSize;
}

/** Who follows a log may be so far behind, in bytes. */
const BEHIND = 2 ** 20;

/** From where on a log can be read, in bytes: what is before that may have been given back to the disk. */
export function readableFrom(length: number, limit: LogLimit | undefined): number {
  return Math.max(0, startOfLog(length, limit) - Math.min(BEHIND, limit?.maxSize ?? 0));
}
