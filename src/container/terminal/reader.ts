import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { callUntraced } from '../../kernel/call.js';
import { ppoll } from '../../kernel/calls/index.js';
import { O_CLOEXEC, O_NONBLOCK, O_RDONLY } from '../../kernel/constants.js';

/** The interval of its checks, in milliseconds. */
const INTERVAL = 250;

/**
 * Watches a pipe that a program writes into by itself, for whoever reads it (`| head -1`). A program may go on after EPIPE, as the
 * loop of a shell does, and the person would wait for it in vain. One that has nothing more to say may finish its work: `gone` is
 * called when it writes again, as Docker's client ends at the first write that fails.
 */
export class Reader implements Disposable {
  readonly #fd: number;
  readonly #gone: () => void;
  readonly #timer: NodeJS.Timeout | undefined;
  /** The reading end, where no other process has one any more. */
  #ours: number | undefined;

  /** The descriptor is one of ours that the program has too. */
  constructor(fd: number, gone: () => void) {
    this.#fd = fd;
    this.#gone = gone;
    if (isPipe(fd)) this.#timer = setInterval(() => this.#look(), INTERVAL).unref();
  }

  #look(): void {
    // POLLERR: no process has the reading end open.
    if (this.#ours === undefined && callUntraced(ppoll(this.#fd)) > 0) this.#ours = openReadingEnd(this.#fd);
    if (this.#ours === undefined || (this.#ours >= 0 && !hasBytes(this.#ours))) return;
    this[Symbol.dispose]();
    this.#gone();
  }

  /** From here on its writes fail (EPIPE) again. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    if (this.#ours !== undefined && this.#ours >= 0) closeSync(this.#ours);
    this.#ours = undefined;
  }
}

function isPipe(fd: number): boolean {
  return fstatSync(fd).isFIFO();
}

/** A pipe can be opened through /proc like a file (proc(5)), by its owner; others get -1. */
function openReadingEnd(fd: number): number {
  try {
    return openSync(`/proc/self/fd/${fd}`, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  } catch {
    return -1;
  }
}

function hasBytes(fd: number): boolean {
  try {
    return readSync(fd, Buffer.alloc(4096)) > 0;
  } catch {
    // EAGAIN: it is empty.
    return false;
  }
}
