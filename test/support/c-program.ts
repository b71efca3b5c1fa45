import { execFileSync } from 'node:child_process';

/** Compiles a program in C. */
export function compileC(source: string, program: string, ...flags: string[]): void {
  execFileSync('gcc', ['-x', 'c', '-', '-O1', '-Wall', '-Werror', '-o', program, ...flags], {
    input: source,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}
