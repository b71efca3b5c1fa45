import type { Sizes } from '../../../container/logs/index.js';
import { chunksOf, type Logs, type Part } from '../../../container/logs/logs.js';
import { writtenBetween } from '../../../container/logs/parts.js';
import type { Stamps } from '../../../container/logs/stamps.js';
import type { DirectoryWatch } from '../../../container/logs/watch.js';
import { isRunning } from '../../../container/state.js';
import { reconcile } from '../../../container/store/find.js';
import { type Container, readContainer } from '../../../container/store/store.js';
import { NOBODY_READS } from '../../../terminal/output.js';

/** How long a container may be dead before it is noticed, in milliseconds, where nobody was left to write that down. */
const LOOK = 1000;

/** From where on to follow a container, and how. */
export interface Following {
  readonly watched: DirectoryWatch;
  readonly printed: Sizes;
  readonly stamps?: Stamps | undefined;
  /** Milliseconds since 1970. */
  readonly until?: number;
}

/** Shows what a container prints from a place in its logs on, as it comes, to its end. 0, or where nobody reads any more the status for that. */
export async function follow({ config: { id } }: Container, files: Logs, following: Following): Promise<number> {
  const { watched, printed, stamps, until = Number.POSITIVE_INFINITY } = following;
  let before = printed;
  for (let lives = true; lives && Date.now() < until; ) {
    // Asked first: what was printed before the end is read after it.
    lives = stillRuns(id);
    const now = files.sizes;
    const from = latest(before, files.readable(now));
    const parts = writtenBetween(from, now, { last: files.latest.stream, time: Date.now() });
    if (!(await show(files, parts, stamps))) return NOBODY_READS;
    before = now;
    if (lives) await watched.changed(Math.min(LOOK, until - Date.now()));
  }
  return 0;
}

/** One that is slower than the container does not see what is no part of the log any more. */
function latest(one: Sizes, other: Sizes): Sizes {
  return { stdout: Math.max(one.stdout, other.stdout), stderr: Math.max(one.stderr, other.stderr) };
}

function stillRuns(id: string): boolean {
  const container = readContainer(id);
  const now = container && reconcile(container);
  return now !== undefined && isRunning(now.state);
}

/** Each stream to its own, byte for byte, or with a time in front of each line. False: nobody reads any more. */
export async function show(files: Logs, parts: readonly Part[], stamps?: Stamps): Promise<boolean> {
  for (const part of parts.flatMap(chunksOf)) {
    const bytes = files.read(part);
    if (!(await write(part.stream, stamps?.before(part.stream, bytes, part.time) ?? bytes))) return false;
  }
  return true;
}

function write(stream: 'stdout' | 'stderr', bytes: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => process[stream].write(bytes, (error) => resolve(!error)));
}
