import { type FSWatcher, watch } from 'node:fs';
import { errorCode } from '../../kernel/errors/errno.js';

/** Watches the files of a directory (inotify(7)); without any event where it is gone already. */
export class DirectoryWatch implements Disposable {
  readonly #watcher;
  #changed = false;
  #wake = () => {};

  constructor(directory: string) {
    this.#watcher = watchIfThere(directory, () => this.#notice());
    // The directory may be removed while it is watched.
    this.#watcher?.on('error', () => this.#notice());
  }

  /** Waits for a change since the last call, at most `milliseconds`. */
  async changed(milliseconds: number): Promise<void> {
    if (!this.#changed) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#changed = false;
  }

  #notice(): void {
    this.#changed = true;
    this.#wake();
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
  }
}

function watchIfThere(directory: string, notice: () => void): FSWatcher | undefined {
  try {
    return watch(directory, notice);
  } catch (error) {
    // Or no watches or descriptors are left (inotify(7)): callers look again after a time anyway.
    if (['ENOENT', 'ENOSPC', 'EMFILE'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
