import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contender, Cost } from './race.js';

/** Compiles stopwatch.c into a directory. The program's path. */
export function compileStopwatch(directory: string): string {
  return compile('stopwatch', directory);
}

/** Compiles a program of bench/ into a directory, where it may find what it includes. Its path. */
export function compile(name: string, directory: string): string {
  const program = join(directory, name);
  const source = fileURLToPath(new URL(`../../bench/${name}.c`, import.meta.url));
  execFileSync('gcc', ['-O2', '-Wall', '-I', directory, '-o', program, source], { stdio: 'inherit' });
  return program;
}

/** A contender that is a command, which starts stopwatch.c or speaks as that does. */
export function timed(name: string, command: readonly string[]): Contender {
  const watch = new Stopwatch(command);
  return { name, measure: () => watch.measure(), end: () => watch.end() };
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

  /** Throws where the program did not end well. */
  async measure(): Promise<Cost> {
    this.#child.stdin?.write('\n');
    const { value = '' } = await this.#lines.next();
    const [nanoseconds = 0, microseconds = 0, status, memory = 0] = value.split(' ').map(Number);
    if (status !== 0) throw new Error(`${this.#child.spawnargs.join(' ')} ended with the wait status ${status}`);
    return { wall: nanoseconds / 1e6, cpu: microseconds / 1e3, memory: memory * 1024 };
  }

  end(): void {
    this.#child.stdin?.end();
  }
}
