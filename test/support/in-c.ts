import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The values of constants, and of expressions of them, in C: compiles and runs a program that prints them. Throws where a header has none of that name. */
export function inC(headers: string[], names: string[]): Record<string, number> {
  const directory = mkdtempSync(join(tmpdir(), 'tslab-constants-'));
  const includes = ['stdio.h', ...headers].map((header) => `#include <${header}>\n`).join('');
  const prints = names.map((name) => `printf("%lld\\n", (long long)(${name}));\n`).join('');
  const program = join(directory, 'constants');
  try {
    execFileSync('gcc', ['-x', 'c', '-', '-o', program], {
      input: `${includes}int main(void) { ${prints} }`,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const lines = execFileSync(program, { encoding: 'utf8' }).trim().split('\n');
    return Object.fromEntries(lines.map((line, i) => [names[i], Number(line)]));
  } finally {
    rmSync(directory, { recursive: true });
  }
}
