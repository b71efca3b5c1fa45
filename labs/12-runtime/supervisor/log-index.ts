import { appendFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stateDirectory } from '../../../src/state/directories.js';

/** How often it looks, in milliseconds. `tslab logs --since` can be no more exact. */
const INTERVAL = 1_000;

/**
 * Notes how long the logs of containers were when. They write into them by themselves, so nobody else knows: a line in
 * `log.index` where they have grown, read by src/container/log-index.ts.
 */
export class LogIndex {
  /** What was noted last, by id: lengths of stdout.log and stderr.log. */
  readonly #noted = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  add(id: string): void {
    this.#noted.set(id, '');
    this.#look(id);
    this.#timer ??= setInterval(() => this.#lookAtAll(), INTERVAL).unref();
  }

  /** Looks a last time. */
  remove(id: string): void {
    this.#look(id);
    this.#noted.delete(id);
    if (this.#noted.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #lookAtAll(): void {
    for (const id of this.#noted.keys()) this.#look(id);
  }

  #look(id: string): void {
    const directory = join(stateDirectory('containers'), id);
    const [stdout = 0, stderr = 0] = ['stdout.log', 'stderr.log'].map((name) => sizeOf(join(directory, name)));
    const seen = `${stdout} ${stderr}`;
    if (this.#noted.get(id) === seen) return;
    this.#noted.set(id, seen);
    append(join(directory, 'log.index'), { time: Date.now(), stdout, stderr });
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Nothing depends on it: where the disk is full or the container gone, the mark is lost, and no line of the log. */
function append(path: string, mark: object): void {
  try {
    appendFileSync(path, `${JSON.stringify(mark)}\n`, { mode: 0o600 });
  } catch {}
}
