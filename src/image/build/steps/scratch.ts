import { join } from 'node:path';
import { makeTemporary, removeTemporary } from '../../../state/temporary.js';
import { imagesDirectory } from '../../store/layout.js';

/** What is made for an instruction while it runs: of that nothing stays. */
export class Scratch {
  /** Directories of the caches that it has, by their ids: one that is mounted twice is taken once. */
  readonly caches = new Map<string, string>();
  readonly #directory: string;
  readonly #ends: (() => void)[] = [];
  #count = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** A path where nothing is yet, in a directory that nobody else may enter. */
  path(): string {
    return join(this.#directory, `${this.#count++}`);
  }

  /** Has something done when the instruction has ended. */
  atEnd(work: () => void): void {
    this.#ends.push(work);
  }

  end(): void {
    for (const work of this.#ends.splice(0)) work();
  }
}

/** Does some work with a scratch of its own. */
export async function withScratch<T>(work: (scratch: Scratch) => Promise<T>): Promise<T> {
  const directory = makeTemporary(imagesDirectory('ingest'));
  const scratch = new Scratch(directory);
  try {
    return await work(scratch);
  } finally {
    scratch.end();
    removeTemporary(directory);
  }
}
