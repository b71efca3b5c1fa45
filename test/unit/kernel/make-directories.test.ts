import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDirectories } from '../../../src/kernel/files/make-directories.js';

let here: string;
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-directories-'));
});
afterEach(() => rmSync(here, { recursive: true }));

describe('a directory and those above it', () => {
  it('are made where they are missing', () => {
    for (let i = 0; i < 2; i++) makeDirectories(join(here, 'a/b/c'));
    expect(statSync(join(here, 'a/b/c')).isDirectory()).toBe(true);
  });

  it('have a byte in their names that is no UTF-8', () => {
    makeDirectories(join(here, '\udcff/b'));
    expect(statSync(Buffer.concat([Buffer.from(`${here}/`), Buffer.of(0xff), Buffer.from('/b')])).isDirectory()).toBe(
      true,
    );
  });

  it.each(['/proc/nothing/a/b', '/proc/self/nothing'])('are not made at %s, and the call returns', (path) =>
    expect(() => makeDirectories(path)).toThrow('ENOENT'),
  );

  it('are not made behind a file, nor in the place of a link that leads nowhere', () => {
    writeFileSync(join(here, 'file'), '');
    symlinkSync('nowhere', join(here, 'link'));
    expect(() => makeDirectories(join(here, 'file/a'))).toThrow('ENOTDIR');
    expect(() => makeDirectories(join(here, 'file'))).toThrow('EEXIST');
    expect(() => makeDirectories(join(here, 'link'))).toThrow('EEXIST');
  });
});
