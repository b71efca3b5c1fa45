import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Assembles a text with GNU as of some architecture (`x86_64-linux-gnu`). The bytes of the .text section. */
export function assembleText(text: string, tools: string, ...flags: string[]): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'tslab-stub-'));
  const [source, object, code] = ['s', 'o', 'bin'].map((suffix) => join(directory, `stub.${suffix}`)) as string[];
  try {
    writeFileSync(source as string, text);
    execFileSync(`${tools}-as`, [...flags, '-o', object as string, source as string]);
    execFileSync(`${tools}-objcopy`, ['-O', 'binary', '-j', '.text', object as string, code as string]);
    return readFileSync(code as string);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
