import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { listProcesses } from '../../src/procfs/processes.js';
import { bareEnvironment, TSLAB } from './tslab.js';

/** Milliseconds until a screen is given up. */
const PATIENCE = 15_000;

/** Enough rows that no page of a lab needs to be scrolled. */
const TALL = 200;

/** `tslab demo` at a terminal of its own, which script(1) makes, and what is on its screen. */
export class DemoTerminal {
  /** Exit status of the demo, and all that was written. */
  readonly ended: Promise<{ status: number | null; stdout: string }>;
  readonly #child;
  readonly #waiting = new Set<() => void>();
  #stdout = '';

  /** `words` are for a shell. The terminal's settings are printed before and after. */
  constructor(words: string, state: string, { columns = 100, rows = TALL }: { columns?: number; rows?: number } = {}) {
    const demo = `'${process.execPath}' '${TSLAB}' demo ${words}`;
    const command = `stty rows ${rows} cols ${columns}; echo "TTY $(tty) $(stty -g)"; ${demo}; status=$?; echo "AFTER $(stty -g)"; exit $status`;
    const env = { ...bareEnvironment(), TSLAB_STATE: state };
    this.#child = spawn('script', ['-qec', command, '/dev/null'], { env });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      for (const look of this.#waiting) look();
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (status) => resolve({ status, stdout: this.#stdout }));
    });
  }

  /** What the screen shows now: its lines, without colours. */
  get screen(): string {
    // A screen that is on its way in pieces is not there yet.
    return drawnOn(this.#stdout.slice(0, this.#stdout.lastIndexOf('\x1b[?2026l'))).join('\n');
  }

  type(keys: string): this {
    this.#child.stdin.write(keys);
    return this;
  }

  /** The screen, once it shows all of these. Throws with the screen where it does not, in time. */
  async shows(...texts: (string | RegExp)[]): Promise<string> {
    const isShown = (text: string | RegExp) =>
      typeof text === 'string' ? this.screen.includes(text) : text.test(this.screen);
    await this.#until(() => texts.every(isShown));
    return this.screen;
  }

  /** Resolves when this has been written so many times, shown or not. */
  wrote(text: string, times: number): Promise<void> {
    return this.#until(() => this.#stdout.split(text).length > times);
  }

  #until(holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        settle();
      };
      const look = () => holds() && done(resolve);
      const timer = setTimeout(() => done(() => reject(new Error(`in vain: ${holds}\n${this.screen}`))), PATIENCE);
      this.#waiting.add(look);
      look();
    });
  }

  /** The name of the terminal. */
  get tty(): string {
    return /TTY (\S+)/.exec(this.#stdout)?.[1] ?? '';
  }

  /** Ends it, if it has not ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** The process of tslab. */
  get pid(): number {
    const found = descendants(this.#child.pid ?? 0).find((pid) => commandOf(pid).includes(`${TSLAB}\0demo`));
    if (found === undefined) throw new Error('tslab does not run');
    return found;
  }
}

/** The settings of the terminal before and after the demo, as `stty -g` has them. */
export function settings(stdout: string): { before: string | undefined; after: string | undefined } {
  return { before: /TTY \S+ (\S+)/.exec(stdout)?.[1], after: /AFTER (\S+)/.exec(stdout)?.[1] };
}

/** What a demo has drawn: the rows in their last state. It moves the cursor to the start of a row, erases it, and writes it. */
export function drawnOn(output: string): string[] {
  const rows: string[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told
  const drawing = /\x1b\[H\x1b\[2J|\x1b\[(\d+);1H\x1b\[2K((?:[^\x1b]|\x1b\[[\d;]*m)*)/g;
  for (const [, row, text = ''] of output.matchAll(drawing)) {
    if (row === undefined) rows.length = 0;
    else rows[Number(row) - 1] = withoutColors(text);
  }
  return [...rows];
}

export function withoutColors(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
  return text.replace(/\x1b\[[\d;]*m/g, '');
}

function descendants(pid: number): number[] {
  const children = listProcesses().filter(({ ppid }) => ppid === pid);
  return children.flatMap((child) => [child.pid, ...descendants(child.pid)]);
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
}
