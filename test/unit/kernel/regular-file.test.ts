import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { NotReadable, readRegularFile } from '../../../src/kernel/files/regular-file.js';

const directory = mkdtempSync(join(tmpdir(), 'tslab-regular-'));
const at = (name: string) => join(directory, name);

afterAll(() => rmSync(directory, { recursive: true }));

describe('readRegularFile', () => {
  it('reads a file, also through a link', () => {
    writeFileSync(at('file'), 'text');
    symlinkSync('file', at('link'));
    expect(readRegularFile(at('file'), 4).toString()).toBe('text');
    expect(readRegularFile(at('link'), 4).toString()).toBe('text');
  });

  it('reads a file of /proc, which says that it is empty', () => {
    expect(readRegularFile('/proc/self/comm', 100).length).toBeGreaterThan(0);
  });

  it('does not wait for a FIFO', () => {
    execFileSync('mkfifo', [at('fifo')]);
    expect(() => readRegularFile(at('fifo'), 10)).toThrow(NotReadable);
  });

  it('takes no directory and no device', () => {
    mkdirSync(at('directory'));
    expect(() => readRegularFile(at('directory'), 10)).toThrow(`${at('directory')} is not a regular file`);
    expect(() => readRegularFile('/dev/zero', 10)).toThrow('/dev/zero is not a regular file');
  });

  it('takes no more than it was told to, whatever size the file says it has', () => {
    writeFileSync(at('large'), '');
    truncateSync(at('large'), 2 ** 40);
    expect(() => readRegularFile(at('large'), 10)).toThrow(`${at('large')} has more than 10 bytes`);
    expect(() => readRegularFile('/proc/self/maps', 10)).toThrow('/proc/self/maps has more than 10 bytes');
  });

  it('leaves nothing open, whatever came of it', () => {
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (const path of [at('file'), at('fifo'), at('large'), '/proc/self/maps', at('missing')])
      try {
        readRegularFile(path, 10);
      } catch {}
    expect(open()).toBe(before);
  });

  it('says which file is missing, or leads nowhere', () => {
    symlinkSync('loop', at('loop'));
    expect(() => readRegularFile(at('missing'), 10)).toThrow('ENOENT');
    expect(() => readRegularFile(at('loop'), 10)).toThrow('ELOOP');
  });
});
