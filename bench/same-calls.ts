import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childSetup, DIE_WITH_TSLAB } from '../src/kernel/child-setup.js';
import { syscallNumber } from '../src/kernel/numbers.js';
import type { ProcessSpec } from '../src/kernel/process.js';
import { renderCall } from '../src/kernel/render.js';
import type { Argument, Syscall } from '../src/kernel/syscall.js';
import { compile } from './stopwatch.js';

/** A container in C: the directories of its cgroup, files to write there, and what tslab would start. */
export interface InC {
  readonly directories: readonly string[];
  /** Paths and what goes into them, once the directories are made. */
  readonly texts: readonly (readonly [path: string, text: string])[];
  /** A file in which the directories are written down before they are made. */
  readonly ledger: string;
  readonly spec: Required<Pick<ProcessSpec, 'namespaces' | 'calls'>>;
}

/** container.c's first descriptor: /dev/null. */
const DEV_NULL = 3;

/** Compiles container.c with the calls of a list of tslab's: so both make the same, in the same order. The program's path. */
export function compileContainer(container: InC, directory: string): string {
  writeFileSync(join(directory, 'calls.inc'), renderCalls(withTidying(container.spec.calls)));
  writeFileSync(join(directory, 'cgroup.inc'), renderCgroup(container));
  return compile('container', directory);
}

/** As start() of src/kernel adds it in front of the program. */
function withTidying(calls: readonly Syscall[]): Syscall[] {
  const at = calls.findLastIndex(({ name }) => name !== 'execve') + 1;
  return [DIE_WITH_TSLAB, ...calls.slice(0, at), DIE_WITH_TSLAB, ...childSetup([DEV_NULL, 1, 2]), ...calls.slice(at)];
}

function renderCalls(calls: readonly Syscall[]): string {
  const lines = calls.map((call, i) => {
    const args = call.args.map((argument) => `, (long)${inC(argument, calls)}`).join('');
    return `MAKE(${i}, ${call.min < 0n ? 'LONG_MIN' : call.min}, ${quoted(renderCall(call))}, ${syscallNumber(call.name)}L${args})\n`;
  });
  return [`static long result[${calls.length}];\n`, 'static void make_all(void) {\n', ...lines, '}\n'].join('');
}

function inC(argument: Argument, calls: readonly Syscall[]): string {
  switch (argument.kind) {
    case 'integer':
      return `${BigInt.asIntN(64, argument.value)}`;
    case 'result':
      return `result[${calls.indexOf(argument.of)}]`;
    case 'string':
      return argument.value === null ? 'NULL' : quoted(argument.value);
    case 'strings':
      return `(char *[]){${[...argument.value.map(quoted), 'NULL'].join(', ')}}`;
    case 'bytes':
      return inBytes(argument.value);
    case 'struct':
      return `(long[]){${argument.words.map((word) => (typeof word === 'bigint' ? word : `(long)${inBytes(word)}`)).join(', ')}}`;
  }
}

function inBytes(value: Uint8Array): string {
  return `(unsigned char[]){${[...value].join(', ')}}`;
}

/** What JSON escapes, C does in the same way, as far as it comes up here. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function renderCgroup({ directories, texts, spec, ledger }: InC): string {
  const pairs = texts.map(([path, text]) => `{${quoted(path)}, ${quoted(text)}}`);
  return [
    `static const char *const directories[] = {${directories.map(quoted).join(', ')}};`,
    `static const char *const texts[][2] = {${pairs.join(', ')}};`,
    `#define NAMESPACES ${spec.namespaces}`,
    `#define LEDGER ${quoted(ledger)}`,
    '',
  ].join('\n');
}
