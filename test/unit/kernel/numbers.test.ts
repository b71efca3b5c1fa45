import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SYSCALL_NAMES, syscallNumber } from '../../../src/kernel/numbers.js';
import { needs } from '../../support/needs.js';

/** arm64 uses the generic table; the other is generated from arch/x86/entry/syscalls/syscall_64.tbl. */
const GENERIC = '/usr/include/asm-generic/unistd.h';
const X64 = ['/usr/include/x86_64-linux-gnu/asm/unistd_64.h', '/usr/include/asm/unistd_64.h'];

describe('the numbers of the system calls', () => {
  it('are those of the kernel headers on arm64', (test) => {
    needs(test, 'the headers of the kernel');
    expect(ours('arm64')).toEqual(theirs(GENERIC));
  });

  it('are those of the kernel headers on x86-64', (test) => {
    needs(test, 'the headers of the kernel');
    needs(test, 'an x86-64 machine');
    expect(ours('x64')).toEqual(theirs(X64.find(existsSync) ?? ''));
  });

  it('are known for no other machine, and the message says so', () => {
    expect(() => syscallNumber('mount', 'ppc64')).toThrow('x86-64 and arm64, and this machine is ppc64');
  });
});

function ours(arch: NodeJS.Architecture): Record<string, number> {
  return Object.fromEntries(SYSCALL_NAMES.map((name) => [name, syscallNumber(name, arch)]));
}

/** Of a header, the calls that we know. Some are called `__NR3264_fcntl`: one number, two meanings on 32 and 64 bits. */
function theirs(header: string): Record<string, number> {
  const definitions = readFileSync(header, 'utf8').matchAll(/^#define __NR(?:3264)?_(\w+) +(\d+)$/gm);
  const all = new Map([...definitions].map(([, name, number]) => [name, Number(number)]));
  return Object.fromEntries(SYSCALL_NAMES.map((name) => [name, all.get(name) ?? -1]));
}
