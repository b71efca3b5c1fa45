import { createHash, type Hash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../kernel/errors/user-error.js';
import { writeAll } from '../../kernel/files/write-all.js';
import { randomHex } from '../../kernel/random.js';
import { notWritable } from '../../state/directories.js';
import { type Lock, tryLock } from '../../state/lock.js';
import { type Digest, hexOf } from '../digest.js';
import { blobPath, imagesDirectory } from './layout.js';

/** A blob that is being written. Disposed of before it is committed, it stays for {@link openIngest} to go on with. */
export interface Ingest extends Disposable {
  /** Bytes that are there already: whoever has the rest begins behind them. */
  readonly offset: number;
  /** Throws UserError (3) where the disk is full. */
  write(bytes: Uint8Array): void;
  /** Begins anew: a server may not be able to go on in the middle. */
  restart(): void;
  /** Its bytes while they are written: those that are there, then those that come. Ends when it has its name; throws where it gets none. */
  follow(): AsyncIterable<Buffer>;
  /** Gives it its name, durably. Returns its digest; throws UserError where it is not the one that was expected, and then nothing is kept. */
  commit(expected?: Digest): Digest;
}

/**
 * Begins, or goes on with, a blob: `images/ingest/HEX`. Without a digest it is whatever is written. Where another process writes the same blob,
 * this is one beside: both end with the same.
 */
export function openIngest(digest?: Digest): Ingest {
  const name = digest === undefined ? randomHex(16) : hexOf(digest);
  const directory = imagesDirectory('ingest');
  const path = join(directory, name);
  const lock = lockNamed(path);
  if (lock) return new OpenIngest(lock, path, digest);
  const beside = join(directory, `${name}.${randomHex(4)}`);
  return new OpenIngest(lockNamed(beside) as Lock, beside, digest);
}

/** Between open(2) and flock(2) the file may have become a blob, which nobody may write to. */
function lockNamed(path: string): Lock | undefined {
  for (;;) {
    const lock = tryLock(path);
    if (!lock || statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(lock.fd).ino) return lock;
    lock[Symbol.dispose]();
  }
}

/** Bytes that are read at once. */
const PART = 1 << 18;

class OpenIngest implements Ingest {
  readonly #lock: Lock;
  #path: string;
  readonly #expected: Digest | undefined;
  #hash: Hash = createHash('sha256');
  #length = 0;
  #state: 'open' | 'whole' | 'given up' = 'open';
  /** Called when there is more of it, and at its end. */
  readonly #waiting: (() => void)[] = [];

  constructor(lock: Lock, path: string, expected: Digest | undefined) {
    this.#lock = lock;
    this.#path = path;
    this.#expected = expected;
    this.#readAgain();
  }

  get offset(): number {
    return this.#length;
  }

  write(bytes: Uint8Array): void {
    try {
      writeAll(this.#lock.fd, bytes);
    } catch (error) {
      throw notWritable(this.#path, error);
    }
    this.#hash.update(bytes);
    this.#length += bytes.length;
    this.#wake();
  }

  /** Where it begins anew, what was read stays: it is of the same digest, and whoever unpacks it sees by its diff ID where it was not. */
  async *follow(): AsyncGenerator<Buffer> {
    await this.#reaches(PART);
    const fd = openSync(this.#path, 'r');
    try {
      for (let [at, count] = [0, -1]; count !== 0; at += count) {
        await this.#reaches(at + PART);
        const part = Buffer.allocUnsafe(PART);
        count = readSync(fd, part, 0, PART, at);
        yield part.subarray(0, count);
      }
    } finally {
      closeSync(fd);
    }
  }

  /** Resolves when so many bytes are there, or all. */
  async #reaches(length: number): Promise<void> {
    while (this.#state === 'open' && this.#length < length)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#state === 'given up') throw new Error(`the rest of ${this.#expected} does not come`);
  }

  #wake(): void {
    for (const go of this.#waiting.splice(0)) go();
  }

  restart(): void {
    ftruncateSync(this.#lock.fd, 0);
    this.#hash = createHash('sha256');
    this.#length = 0;
  }

  commit(expected = this.#expected): Digest {
    const digest: Digest = `sha256:${this.#hash.digest('hex')}`;
    if (expected !== undefined && digest !== expected) {
      this.#unlink();
      this.#end('given up');
      throw new UserError(`the content of ${expected} has the digest ${digest}: it is not what was asked for`, 3);
    }
    fsyncSync(this.#lock.fd);
    renameSync(this.#path, blobPath(digest));
    this.#path = blobPath(digest);
    this.#end('whole');
    return digest;
  }

  [Symbol.dispose](): void {
    if (this.#state !== 'open') return;
    // What has no name to be found by again, nobody goes on with.
    if (this.#expected === undefined || this.#length === 0) this.#unlink();
    this.#end('given up');
  }

  #end(state: 'whole' | 'given up'): void {
    this.#state = state;
    closeSync(this.#lock.fd);
    this.#wake();
  }

  #unlink(): void {
    if (statSync(this.#path, { throwIfNoEntry: false })) unlinkSync(this.#path);
  }

  /** What an earlier attempt has written. */
  #readAgain(): void {
    const fd = openSync(this.#path, 'r');
    const part = Buffer.alloc(PART);
    for (let count = readSync(fd, part); count > 0; count = readSync(fd, part)) {
      this.#hash.update(part.subarray(0, count));
      this.#length += count;
    }
    closeSync(fd);
  }
}
