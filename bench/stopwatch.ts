import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Compiles stopwatch.c into a directory. The program's path. */
export function compileStopwatch(directory: string): string {
  const program = join(directory, 'stopwatch');
  const source = fileURLToPath(new URL('../../bench/stopwatch.c', import.meta.url));
  execFileSync('gcc', ['-O2', '-Wall', '-o', program, source], { stdio: 'inherit' });
  return program;
}

/** A stopwatch in C, so that no time of node's is counted against what it measures. */
export class Stopwatch {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  /** `command` starts stopwatch.c. */
  constructor([program = '', ...args]: readonly string[]) {
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    if (!this.#child.stdout) throw new Error('unreachable');
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  /** Milliseconds from start to exit. Throws where the program did not end well. */
  async measure(): Promise<number> {
    this.#child.stdin?.write('\n');
    const { value = '' } = await this.#lines.next();
    const [nanoseconds = 0, status] = value.split(' ').map(Number);
    if (status !== 0) throw new Error(`${this.#child.spawnargs.join(' ')} ended with the wait status ${status}`);
    return nanoseconds / 1e6;
  }

  end(): void {
    this.#child.stdin?.end();
  }
}
