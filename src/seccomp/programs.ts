/** Filters other than the usual one. Each is compiled once and kept: to read it takes half as long as to compile it. Of many the oldest go. */
import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile } from '../kernel/files/regular-file.js';
import type { Seccomp } from '../oci/seccomp.js';
import { writeAtomically } from '../state/atomic.js';
import { here, stateDirectory } from '../state/directories.js';
import type { Machine } from './abi.js';
import { encode } from './bpf.js';
import { defaultProgram } from './builtin/program.js';
import { textOf } from './builtin/rules.js';
import { refuseImpossible, refuseUseless } from './check.js';
import { compile } from './compile.js';

/** The filter of rules. Throws UserError (2) where no program could start with it. */
export function programOf(rules: Seccomp, machine: Machine): Uint8Array {
  refuseImpossible(rules);
  const key = keyOf(rules, machine);
  // Read where nothing may be written as well.
  const program = readKept(join(here().state, 'seccomp', key)) ?? keep(key, encode(compile(rules, machine)));
  refuseUseless(program, machine);
  return program;
}

/** What a program is made of: the rules, and the compiler, of which the default program tells when it changes. */
function keyOf(rules: Seccomp, machine: Machine): string {
  return sha256(`${sha256(defaultProgram(machine))} ${machine} ${textOf(rules)}`);
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Characters: 4096 instructions of 8 bytes, and the sum of them. */
const LIMIT = 2 * 4096 * 8 + 66;

/** A program with its sum before it: what is damaged is not loaded. Undefined where there is none, or none that is whole. */
function readKept(file: string): Uint8Array | undefined {
  try {
    const [sum, hex = ''] = readRegularFile(file, LIMIT).toString('latin1').split('\n');
    const program = Buffer.from(hex, 'hex');
    return sum === sha256(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

function keep(key: string, program: Buffer): Uint8Array {
  try {
    removeOldest();
    writeAtomically(join(stateDirectory('seccomp'), key), `${sha256(program)}\n${program.toString('hex')}\n`, false);
  } catch {
    // As on a disk that is full, or read-only: it is compiled again the next time.
  }
  return program;
}

/** Programs that are kept, at most: a tenth of them is room for all that one has in use. */
const MOST = 100;

/** Makes room for one more. Another process may do the same. */
function removeOldest(): void {
  const directory = stateDirectory('seccomp');
  const names = readdirSync(directory);
  if (names.length < MOST) return;
  const ageOf = (name: string) => statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const byAge = names.map((name) => ({ name, age: ageOf(name) })).sort((a, b) => a.age - b.age);
  for (const { name } of byAge.slice(0, names.length - MOST + 1)) rmSync(join(directory, name), { force: true });
}
