import { describe, expect, it } from 'vitest';
import { Limits } from '../../../src/image/layer/limits.js';
import type { TarEntry } from '../../../src/tar/entry.js';

const entry: TarEntry = {
  ...{ type: 'file', name: 'file', linkName: '', mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 0n },
  attributes: new Map(),
};

describe('a layer', () => {
  it('has at most a million files', () => {
    const limits = new Limits('/');
    for (let i = 0; i < 1_000_000; i++) limits.count(entry);
    expect(() => limits.count({ ...entry, name: 'last' })).toThrow('"last" is one of more than 1000000 files');
  });

  it('has fewer bytes than are free, also where many files have them together', () => {
    const limits = new Limits('/');
    const size = 2 ** 36;
    expect(() => {
      for (let i = 0; i < 3; i++) limits.count({ ...entry, size });
    }).toThrow(/makes the layer's files \d+ bytes, more than the \d+ that are (allowed|free on the disk for it)/);
  });

  it('has attributes as long as Linux keeps them', () => {
    const of = (length: number) => ({ ...entry, attributes: new Map([['user.x', Buffer.alloc(length)]]) });
    const limits = new Limits('/');
    limits.count(of(65_536));
    expect(() => limits.count(of(65_537))).toThrow('has 65537 bytes in "user.x", more than 65536');
  });
});
