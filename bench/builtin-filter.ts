/** `npm run filter`: compiles the builtin profile and writes it into src/seccomp/builtin/program.ts, after a change of profile or compiler. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Machine } from '../src/seccomp/abi.js';
import { encode } from '../src/seccomp/bpf.js';
import { DEFAULT_PROFILE } from '../src/seccomp/builtin/profile.js';
import { GRANTED } from '../src/seccomp/builtin/program.js';
import { compile } from '../src/seccomp/compile.js';
import { rulesFor } from '../src/seccomp/situation.js';

const FILE = 'src/seccomp/builtin/program.ts';
const WORDS_A_LINE = 6;

const written = (['x64', 'arm64'] as const).reduce(withProgram, readFileSync(FILE, 'utf8'));
writeFileSync(FILE, written);

function withProgram(source: string, machine: Machine): string {
  const place = { capabilities: GRANTED, architecture: machine, kernel: '6.1' };
  const instructions =
    encode(compile(rulesFor(DEFAULT_PROFILE, place), machine))
      .toString('hex')
      .match(/.{16}/g) ?? [];
  const count = Math.ceil(instructions.length / WORDS_A_LINE);
  const lines = Array.from({ length: count }, (_, i) => instructions.slice(i * WORDS_A_LINE, (i + 1) * WORDS_A_LINE));
  console.log(`${machine}: ${instructions.length} instructions`);
  const text = lines.map((words) => `    ${words.join(' ')}`).join('\n');
  return source.replace(new RegExp(`(\\b${machine}: \`\n)[^\`]*`), `$1${text}`);
}
