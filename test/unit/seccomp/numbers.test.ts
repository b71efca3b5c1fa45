import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SYSCALL_NAMES, syscallNumber } from '../../../src/kernel/numbers.js';
import type { Abi } from '../../../src/seccomp/abi.js';
import { allNames, nameOf, numbersOf } from '../../../src/seccomp/numbers.js';
import { needs } from '../../support/needs.js';

const X86 = ['/usr/include/x86_64-linux-gnu/asm', '/usr/include/asm'];
const GENERIC = '/usr/include/asm-generic/unistd.h';

/** What the generic header has for machines of 32 bits, and for others than arm64: `clock_gettime64`, `sync_file_range2`. */
const TIME64 = { from: 403, to: 423 };

/** The newest call of the table. */
const LAST = 471;

describe('the numbers of the system calls on all ABIs', () => {
  it.for([
    ['x86_64', 'unistd_64.h'],
    ['i386', 'unistd_32.h'],
  ] as const)('are those of the kernel headers on %s', ([abi, file], test) => {
    needs(test, 'the headers of the kernel');
    needs(test, 'an x86-64 machine');
    const header = X86.map((directory) => `${directory}/${file}`).find(existsSync) ?? '';
    const theirs = [...readFileSync(header, 'utf8').matchAll(/^#define __NR_(\w+) (\d+)$/gm)];
    expect(theirs.length).toBeGreaterThan(300);
    const different = theirs.filter(([, name = '', number]) => numbersOf(abi).get(name) !== Number(number));
    expect(different.filter(([, , number]) => Number(number) <= LAST)).toEqual([]);
  });

  it('are those of the generic header on arm64, without what only 32 bits have', (test) => {
    needs(test, 'the headers of the kernel');
    const theirs = [...readFileSync(GENERIC, 'utf8').matchAll(/^#define __NR(?:3264)?_(\w+) (\d+)$/gm)]
      .map(([, name = '', number]) => [name, Number(number)] as const)
      .filter(
        ([name, number]) =>
          (number < TIME64.from || number > TIME64.to) && !/^(syscalls|arch_specific|sync_file_range2)/.test(name),
      );
    expect(theirs.length).toBeGreaterThan(280);
    const ours = numbersOf('aarch64');
    // The header calls the call of 79 `fstatat`, and names it for 64 bits further below.
    const renamed: Record<string, string> = { fstatat: 'newfstatat' };
    const different = theirs.filter(([name, number]) => ours.get(renamed[name] ?? name) !== number);
    expect(different.filter(([, number]) => number <= LAST)).toEqual([]);
    expect([...ours.keys()].filter((name) => name.endsWith('_time64') || name === 'clock_gettime64')).toEqual([]);
  });

  it('are those that tslab itself calls by', () => {
    const wrong = SYSCALL_NAMES.filter((name) => {
      const [x64, arm64] = [numbersOf('x86_64').get(name), numbersOf('aarch64').get(name)];
      return x64 !== syscallNumber(name, 'x64') || arm64 !== syscallNumber(name, 'arm64');
    });
    expect(wrong).toEqual([]);
  });

  it('are the same everywhere from pidfd_send_signal on', () => {
    const abis: Abi[] = ['x86_64', 'i386', 'aarch64', 'arm'];
    const late = (abi: Abi) => [...numbersOf(abi)].filter(([, number]) => number > 423 && number < 0xf_0000);
    const withoutSecret = (abi: Abi) => late(abi).filter(([name]) => name !== 'memfd_secret');
    for (const abi of abis) expect(withoutSecret(abi)).toEqual(withoutSecret('x86_64'));
    expect(numbersOf('arm').has('memfd_secret')).toBe(false);
  });

  it('are each of one call on an ABI, but for the two names of one on arm', () => {
    const twice = (abi: Abi) => {
      const all = [...numbersOf(abi)];
      return all.filter(([, number]) => all.filter((other) => other[1] === number).length > 1).map(([name]) => name);
    };
    expect([twice('x86_64'), twice('i386'), twice('aarch64')]).toEqual([[], [], []]);
    expect(twice('arm')).toEqual(['arm_sync_file_range', 'sync_file_range2']);
  });

  it('lead back to the names', () => {
    expect([nameOf(272, 'x86_64'), nameOf(310, 'i386'), nameOf(97, 'aarch64')]).toEqual(Array(3).fill('unshare'));
    expect(nameOf(1000, 'x86_64')).toBeUndefined();
    expect(allNames()).toEqual([...new Set(allNames())].sort());
  });
});
