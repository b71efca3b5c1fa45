import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../state/package-root.js';
import type { LabEvent } from './events.js';

/** Where the recording of a lab lies, or that of a run with `--skip`, below the package. */
export function recordingPath(lab: string, skip?: string): string {
  return `lessons/runs/${lab}${skip === undefined ? '' : `.skip-${skip}`}.jsonl`;
}

/**
 * The events of a real run, on pure cgroup v2, with names and numbers that change from run to run made the same
 * (`npm run record`). Undefined where there is no such recording.
 */
export function loadRun(lab: string, skip?: string): LabEvent[] | undefined {
  const file = join(packageRoot(), recordingPath(lab, skip));
  return existsSync(file) ? parseRun(readFileSync(file, 'utf8')) : undefined;
}

/** One event a line. */
export function parseRun(text: string): LabEvent[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LabEvent);
}
