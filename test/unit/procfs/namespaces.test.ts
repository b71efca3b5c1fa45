import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  NAMESPACE_KINDS,
  parseNamespaceLink,
  parseNspid,
  readNamespaces,
  readNspid,
} from '../../../src/procfs/namespaces.js';

const NO_PROCESS = 2 ** 22 + 1; // above the largest pid_max: proc_sys_kernel(5)

describe('readNamespaces', () => {
  it('gives the inode number that the namespace file has', () => {
    expect(readNamespaces('self').pid).toBe(statSync('/proc/self/ns/pid').ino);
  });

  it('gives null for every kind where there is no such process', () => {
    const namespaces = readNamespaces(NO_PROCESS);
    expect(Object.keys(namespaces)).toEqual([...NAMESPACE_KINDS]);
    expect(new Set(Object.values(namespaces))).toEqual(new Set([null]));
  });
});

describe('parseNamespaceLink', () => {
  it('takes the number out of the brackets', () => {
    expect(parseNamespaceLink('pid:[4026531836]')).toBe(4026531836);
  });

  it('gives null for another link', () => {
    expect(parseNamespaceLink('/usr/bin/node')).toBeNull();
  });
});

describe('NSpid', () => {
  it('lists the numbers from the outermost namespace to the innermost', () => {
    expect(parseNspid('NStgid:\t4790\t12\t1\nNSpid:\t4790\t12\t1\nNSpgid:\t4780\t0\t0\n')).toEqual([4790, 12, 1]);
  });

  it('is empty for a kernel that lacks the field', () => {
    expect(parseNspid('Name:\tcat\nPid:\t17\n')).toEqual([]);
  });

  it('starts with the number by which this process knows itself', () => {
    expect(readNspid('self')?.[0]).toBe(process.pid);
  });

  it('is null for a process that is gone', () => {
    expect(readNspid(NO_PROCESS)).toBeNull();
  });
});
