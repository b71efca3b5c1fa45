import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { elfInterpreter } from '../../../src/rootfs/elf.js';

const PT_LOAD = 1;
const PT_INTERP = 3;

describe('the interpreter in an ELF file', () => {
  it('is the loader of a program with shared libraries', () => {
    const file = elfFile([PT_LOAD, PT_INTERP], '/lib/ld-musl-x86_64.so.1');
    expect(elfInterpreter(file)).toBe('/lib/ld-musl-x86_64.so.1');
  });

  it('is null in a static program', () => {
    expect(elfInterpreter(elfFile([PT_LOAD, PT_LOAD], ''))).toBeNull();
  });

  it('is found in the node that runs this', () => {
    expect(elfInterpreter(readFileSync(process.execPath))).toMatch(/^\/.*\/ld-/);
  });

  it.each([
    ['a script', Buffer.from('#!/bin/sh\n'.padEnd(200))],
    ['nothing', Buffer.alloc(0)],
    ['a 32-bit program', elfFile([PT_LOAD], '').fill(1, 4, 5)],
    ['a big-endian program', elfFile([PT_LOAD], '').fill(2, 5, 6)],
    ['a file cut off in its header', elfFile([PT_LOAD], '').subarray(0, 40)],
  ])('is undefined in %s', (_, file) => {
    expect(elfInterpreter(file)).toBeUndefined();
  });

  it('is not looked for behind the end of a file that was cut off', () => {
    expect(elfInterpreter(elfFile([PT_INTERP], '/lib/ld.so').subarray(0, 80))).toBeNull();
  });
});

/** The headers of an ELF file, as elf(5) lays them out, and an interpreter behind them. */
function elfFile(types: number[], interpreter: string): Buffer {
  const text = 64 + 56 * types.length;
  const file = Buffer.alloc(text + interpreter.length + 1);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(types.length, 56);
  types.forEach((type, index) => {
    file.writeUInt32LE(type, 64 + 56 * index);
    file.writeBigUInt64LE(BigInt(text), 64 + 56 * index + 8);
    file.writeBigUInt64LE(BigInt(interpreter.length + 1), 64 + 56 * index + 32);
  });
  file.write(interpreter, text);
  return file;
}
