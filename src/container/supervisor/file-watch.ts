import { type FSWatcher, watch } from 'node:fs';

/** Watches some files (inotify(7)), as long as it is open. */
export class FileWatch {
  readonly #paths: readonly string[];
  readonly #changed: () => void;
  #watchers: FSWatcher[] = [];

  constructor(paths: readonly string[], changed: () => void) {
    this.#paths = paths;
    this.#changed = changed;
  }

  /** A file that is not there, or for which the kernel has no watch left (ENOSPC), is left out. */
  open(): void {
    if (this.#watchers.length === 0) this.#watchers = this.#paths.flatMap((path) => this.#watch(path) ?? []);
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }

  #watch(path: string): FSWatcher | undefined {
    try {
      return watch(path, { persistent: false }, this.#changed).on('error', () => {});
    } catch {
      return undefined;
    }
  }
}
