import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { Descriptors, type Pipe } from '../../kernel/descriptors.js';
import type { StdioChoice } from '../../kernel/stdio.js';
import { terminalDevice } from '../../kernel/terminal/termios.js';
import { STREAMS, type Stream } from '../logs/index.js';
import { OutputCopy, type TakeOutput } from './output-copy.js';

/** What gets the outputs of a program. */
export type OutputTakers = Readonly<Record<Stream, TakeOutput>>;

/** Which outputs of a program are shown. */
export type ShownOutputs = Readonly<Record<Stream, boolean>>;

export const BOTH_OUTPUTS: ShownOutputs = { stdout: true, stderr: true };

/**
 * Pipes for a program in the place of our terminal. That is open for reading and writing behind each of 0 to 2: through its
 * standard output a program could read what a person types, and as root type in the person's place (TIOCSTI,
 * ioctl_tty(2)). A pipe can only be read, or only be written. Where a descriptor of ours is a file or a pipe, the program
 * gets that itself.
 */
export class Pipes implements Disposable {
  /** What the program gets as 0, 1 and 2. */
  readonly stdio: readonly [StdioChoice, StdioChoice, StdioChoice];
  readonly #fds = new Descriptors();
  readonly #stdin: Pipe | undefined;
  readonly #stdout: Pipe | undefined;
  readonly #stderr: Pipe | undefined;
  #input: Socket | undefined;
  #outputs: readonly OutputCopy[] = [];

  readonly #log: OutputTakers | undefined;
  readonly #shown: ShownOutputs;

  /** With `interactive` the program is to read our input. `log` gets what it prints; without one, what is not shown goes to /dev/null. */
  constructor(interactive: boolean, log?: OutputTakers, shown = BOTH_OUTPUTS) {
    this.#log = log;
    this.#shown = shown;
    const [stdout, stderr] = STREAMS.map((stream, i) => {
      if (!shown[stream]) return log && stream;
      return inputBehind(i + 1, interactive) ?? (log && nameOf(i + 1));
    });
    if (interactive && terminalDevice(0) !== undefined) this.#stdin = this.#fds.pipe();
    if (stdout !== undefined) this.#stdout = this.#fds.pipe();
    // One pipe keeps the order of what a program writes to both; then the log has both as standard output.
    if (stderr !== undefined) this.#stderr = stderr === stdout ? this.#stdout : this.#fds.pipe();
    const input = this.#stdin?.read ?? (interactive ? 0 : 'null');
    const [ours1, ours2] = [shown.stdout ? 1 : 'null', shown.stderr ? 2 : 'null'] as const;
    this.stdio = [input, this.#stdout?.write ?? ours1, this.#stderr?.write ?? ours2];
  }

  /** The program's ends. */
  get made(): number[] {
    const ends = [this.#stdin?.read, this.#stdout?.write, this.#stderr?.write];
    return [...new Set(ends.filter((end) => end !== undefined))];
  }

  /** Starts to copy, and closes the program's ends, which the program has now. Calls `unheard` where our output is gone. */
  copy(unheard: () => void): void {
    for (const end of this.made) this.#fds.close(end);
    if (this.#stdin) this.#input = this.#takeInput(this.#stdin.write);
    const show = (pipe: Pipe, fd: 1 | 2, log: TakeOutput | undefined) => {
      const to = this.#shown[fd === 1 ? 'stdout' : 'stderr'] ? fd : undefined;
      const from = new Socket({ fd: this.#fds.keep(pipe.read), readable: true, writable: false });
      return new OutputCopy(pipe.read, from, { to, log, unheard });
    };
    this.#outputs = [
      ...(this.#stdout ? [show(this.#stdout, 1, this.#log?.stdout)] : []),
      ...(this.#stderr && this.#stderr !== this.#stdout ? [show(this.#stderr, 2, this.#log?.stderr)] : []),
    ];
  }

  /** Resolves when the last byte has been shown. */
  async drained(): Promise<void> {
    await Promise.all(this.#outputs.map((output) => output.drained()));
  }

  /** Ctrl-D, or a terminal that is gone (EIO), is the end of the program's input. It may have closed that before (EPIPE). */
  #takeInput(fd: number): Socket {
    const into = new Socket({ fd: this.#fds.keep(fd), readable: false, writable: true });
    into.on('error', () => process.stdin.unpipe(into).pause());
    process.stdin.once('error', () => into.end()).pipe(into);
    return into;
  }

  [Symbol.dispose](): void {
    if (this.#input) process.stdin.unpipe(this.#input).pause();
    this.#input?.destroy();
    for (const output of this.#outputs) output.hangUp();
    this.#fds.closeAll();
  }
}

/**
 * Whether a person's input could be read from a descriptor for output: it is a terminal, or a socket that is our standard input as
 * well (sshd without a terminal, inetd) where the program is not to read that. The same name for the same thing.
 */
function inputBehind(fd: number, interactive: boolean): string | undefined {
  const device = terminalDevice(fd);
  if (device !== undefined) return `terminal ${device}`;
  if (interactive) return undefined;
  const stats = fstatSync(fd);
  return stats.isSocket() && stats.ino === fstatSync(0).ino ? `socket ${stats.ino}` : undefined;
}

/** The same name for the same file or pipe; the order of what goes to /dev/null is nothing to keep. */
function nameOf(fd: number): string {
  const { dev, ino, rdev } = fstatSync(fd);
  return rdev === 0 ? `${dev}:${ino}` : `descriptor ${fd}`;
}
