import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { LabEvent } from '../../lab/events.js';
import { withoutNode } from '../../lab/node-environment.js';
import type { RunRequest } from '../messages.js';
import { built } from './built.js';

/** Milliseconds from the request to end a lab to SIGKILL; kill-with-parent.ts itself insists after five seconds. */
const GRACE = 10_000;

/** Characters of its complaints that are kept. */
const LONGEST_COMPLAINT = 4000;

/** `tslab <lab> --json` as a process of its own, which ends when this one does: see kill-with-parent.ts. */
export class LabProcess {
  readonly #child: ChildProcess;
  /** When nothing is left of the process. */
  readonly gone: Promise<unknown>;
  #complaints = '';

  constructor(request: RunRequest) {
    this.#child = start(request);
    this.gone = once(this.#child, 'close').then(
      ([, signal]) => signal && this.#complain(`The process of the lab was killed: ${signal}.`),
      (error: Error) => this.#complain(error.message),
    );
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#complain(text));
    // It may be dead when its pipe is closed.
    this.#pipe.on('error', () => {});
  }

  /** What the lab tells, until it has ended and its process is gone. */
  async *events(): AsyncGenerator<LabEvent, void> {
    for await (const line of createInterface({ input: this.#child.stdout as Readable })) yield JSON.parse(line);
    await this.gone;
  }

  /** What it said on standard error. */
  get complaints(): string {
    return this.#complaints.trim();
  }

  /** Ends the lab as Ctrl-C does; `events` goes on until it has tidied up. Again: nothing more happens. */
  end(): void {
    if (this.#pipe.destroyed) return;
    this.#pipe.destroy();
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), GRACE);
    void this.gone.finally(() => clearTimeout(kill));
  }

  #complain(text: string): void {
    this.#complaints = (this.#complaints + text).slice(-LONGEST_COMPLAINT);
  }

  get #pipe(): Writable {
    return this.#child.stdio[3] as Writable;
  }
}

/** In a session of its own: Ctrl-C at the terminal of the server is for the server, and a second SIGINT would end the lab at once. */
function start(request: RunRequest): ChildProcess {
  const words = ['--require', built('bin/kill-with-parent.cjs'), '--', built('bin/tslab.cjs'), ...wordsOf(request)];
  const env = { ...withoutNode(process.env), TSLAB_TYPED: 'tslab serve' };
  return spawn(process.execPath, words, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
}

/** The command line that a person would type. A value stays with the name of its option, so it cannot become an option. */
export function wordsOf({ lab, language, skip, options }: RunRequest): string[] {
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return [lab, '--json', `--lang=${language}`, ...skip.map((step) => `--skip=${step}`), ...flags];
}
