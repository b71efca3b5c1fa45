import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { writeAll } from '../../kernel/files/write-all.js';
import { openOwnFile } from '../../state/own-file.js';
import type { LogConfig } from './config.js';
import type { Stream } from './index.js';
import { Index } from './index-writer.js';

/** The logs of a container in the foreground, whose output passes through this process. */
export class OutputLog implements Disposable {
  /** Why it could not all be written: a full disk. The program goes on all the same. */
  problem = '';
  readonly #fds: Readonly<Record<Stream, number>>;
  readonly #index: Index;

  constructor(directory: string, log: LogConfig | undefined) {
    const [stdout, stderr] = ['stdout.log', 'stderr.log'].map((name) => openOwnFile(join(directory, name)));
    this.#fds = { stdout: stdout as number, stderr: stderr as number };
    this.#index = new Index(directory, log?.limit);
  }

  readonly stdout = (bytes: Uint8Array): void => this.#write('stdout', bytes);
  readonly stderr = (bytes: Uint8Array): void => this.#write('stderr', bytes);

  #write(stream: Stream, bytes: Uint8Array): void {
    try {
      writeAll(this.#fds[stream], bytes);
      this.#index.changed();
    } catch (error) {
      this.problem ||= (error as Error).message;
    }
  }

  [Symbol.dispose](): void {
    for (const fd of Object.values(this.#fds)) closeSync(fd);
    this.#index.close();
  }
}
