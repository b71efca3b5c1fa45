import { statfsSync } from 'node:fs';
import { chdir, chroot, umask } from '../../kernel/calls/index.js';
import { errnoMeaning, errnoName } from '../../kernel/errors/errno.js';
import { hintFor } from '../../kernel/errors/errno-hints.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { runBeside, type Stop } from '../../kernel/list/run-beside.js';
import { literal } from '../../kernel/render.js';
import type { Syscall } from '../../kernel/syscall.js';
import { lacksInodes } from '../../state/not-writable.js';
import { type Owners, ownersCalls, ownersNamespaces } from './owners.js';

/** A list is run when it has so many calls, or so many bytes of files: more takes memory, and no less time. */
const MOST_CALLS = 1024;
const MOST_BYTES = 1 << 20;

/** Where the calls go that make a layer. */
export interface CallSink {
  readonly isFull: boolean;
  add(name: string, calls: readonly Syscall[], bytes?: number): void;
  flush(): Promise<void>;
  end(): Promise<void>;
}

/**
 * Calls in a layer's directory. Each list begins with chroot(2): no link and no name of a layer leads out of it, whatever else is believed of
 * them. A list runs while the next is gathered, and the one after that waits: their order is that of the archive.
 */
export class Batch implements CallSink {
  readonly #directory: string;
  readonly #owners: Owners;
  readonly #begin: readonly Syscall[];
  #calls: Syscall[] = [];
  /** What each call is about. */
  #names: string[] = [];
  #bytes = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(directory: string, owners: Owners) {
    this.#directory = directory;
    this.#owners = owners;
    // The mode of a file is what the archive says, and not less by a mask.
    this.#begin = [...ownersCalls(owners), chroot(directory), chdir('/'), umask(0)];
  }

  get isFull(): boolean {
    return this.#calls.length >= MOST_CALLS || this.#bytes >= MOST_BYTES;
  }

  /** Adds calls that are about a file of the layer; `bytes` of data lie in memory until they are made. */
  add(name: string, calls: readonly Syscall[], bytes = 0): void {
    for (const call of calls) {
      this.#calls.push(call);
      this.#names.push(name);
    }
    this.#bytes += bytes;
  }

  /** Starts the calls that were gathered, once those before them are made. Throws UserError where one of these failed. */
  async flush(): Promise<void> {
    const [calls, names] = [this.#calls, this.#names];
    [this.#calls, this.#names, this.#bytes] = [[], [], 0];
    await this.#running;
    if (calls.length === 0) return;
    this.#running = this.#run(calls, names);
    // Whoever flushes next, or ends, is told.
    this.#running.catch(() => {});
  }

  /** Makes all that was gathered. Throws UserError. */
  async end(): Promise<void> {
    await this.flush();
    await this.#running;
  }

  async #run(calls: readonly Syscall[], names: readonly string[]): Promise<void> {
    const stop = await runBeside([...this.#begin, ...calls], ownersNamespaces(this.#owners));
    if (stop) throw failed(stop, names[stop.at - this.#begin.length] ?? '', this.#directory);
  }
}

function failed({ record }: Stop, name: string, directory: string): UserError {
  const errno = Number(-(record.result ?? 0n));
  const why = errno > 0 ? `${errnoName(errno)}: ${errnoMeaning(errno)}` : `only ${record.result} bytes`;
  const hint = hintFor(record.call.name, errnoName(errno));
  const text = `${literal(name)} of the layer cannot be unpacked: ${record.text} failed: ${why}`;
  const isFull = errno === ENOSPC || errno <= 0;
  return new UserError(text, 3, isFull ? whatIsFull(directory, errno) : (hint ?? `It was to be made in ${directory}.`));
}

const ENOSPC = 28;

/** A write that is short lacks space. */
function whatIsFull(directory: string, errno: number): string {
  const stats = statfsSync(directory);
  const { bavail, bsize } = stats;
  return errno === ENOSPC && lacksInodes(stats)
    ? `The filesystem of ${directory} has space, but no inodes left (df -i): it holds as many files as it can.`
    : `The filesystem of ${directory} has ${bavail * bsize} bytes left (df): make room there, or name another place by TSLAB_STATE.`;
}
