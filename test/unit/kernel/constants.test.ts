import { describe, expect, it } from 'vitest';
import * as k from '../../../src/kernel/constants.js';
import { constantName, flagNames } from '../../../src/kernel/constants.js';
import { inC } from '../../support/in-c.js';
import { needs } from '../../support/needs.js';

const KERNEL = [
  'asm/fcntl.h',
  'asm/ioctls.h',
  'asm/signal.h',
  'linux/capability.h',
  'linux/close_range.h',
  'linux/falloc.h',
  'linux/fcntl.h',
  'linux/mount.h',
  'linux/prctl.h',
  'linux/memfd.h',
  'linux/sched.h',
  'linux/wait.h',
];
/** What only the headers of libc have, and those do not go together with the kernel's. */
const LIBC = ['sys/mount.h', 'sys/stat.h'];
const LIBC_ONLY = ['S_IFIFO', 'MNT_DETACH', 'S_IFCHR', 'S_IFBLK', 'S_IFMT'];
const OURS = Object.entries<unknown>(k).filter((entry): entry is [string, number] => typeof entry[1] === 'number');

describe('the constants', () => {
  it('have the values of the kernel headers', (test) => {
    needs(test, 'a C compiler with the headers of libc');
    const names = OURS.map(([name]) => name).filter((name) => !LIBC_ONLY.includes(name));
    expect(Object.fromEntries(OURS)).toEqual({ ...inC(KERNEL, names), ...inC(LIBC, LIBC_ONLY) });
  });

  it('would not compile under another name', (test) => {
    needs(test, 'a C compiler with the headers of libc');
    expect(() => inC(KERNEL, ['MS_NO_SUCH_FLAG'])).toThrow(/MS_NO_SUCH_FLAG. undeclared/);
  });
});

describe('flags in words', () => {
  it('are joined as C joins them', () => {
    expect(flagNames(k.MOUNT_FLAGS, k.MS_REC | k.MS_PRIVATE)).toBe('MS_REC|MS_PRIVATE');
    expect(flagNames(k.CLONE_FLAGS, k.CLONE_NEWPID | k.CLONE_NEWNET)).toBe('CLONE_NEWPID|CLONE_NEWNET');
  });

  it('show bits without a name in hexadecimal, the highest one too', () => {
    expect(flagNames(k.MOUNT_FLAGS, k.MS_REC | 0x40)).toBe('MS_REC|0x40');
    expect(flagNames(k.MOUNT_FLAGS, 0x8000_0000)).toBe('0x80000000');
  });

  it('have a word for none where there is one', () => {
    expect(flagNames(k.OPEN_FLAGS, k.O_RDONLY, 'O_RDONLY')).toBe('O_RDONLY');
    expect(flagNames(k.MOUNT_FLAGS, 0)).toBe('0');
  });
});

describe('one value of several', () => {
  it('is shown by name, and as a number where it has none', () => {
    expect(constantName(k.PRCTL_OPTIONS, k.PR_SET_NO_NEW_PRIVS)).toBe('PR_SET_NO_NEW_PRIVS');
    expect(constantName(k.PRCTL_OPTIONS, 9999)).toBe('9999');
  });
});
