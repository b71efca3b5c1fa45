import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callUntraced } from '../../../src/kernel/call.js';
import { open } from '../../../src/kernel/calls/index.js';
import { bytesOf, entriesOf, linkTarget, namesIn, nodePath, textOf } from '../../../src/kernel/files/file-names.js';

const EXAMPLES: readonly [what: string, bytes: string, text: string][] = [
  ['ASCII', 'plain', 'plain'],
  ['UTF-8', 'caf\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80', 'café 中 😀'],
  ['Latin-1', 'caf\xe9', 'caf\udce9'],
  ['Latin-1 beside UTF-8', '\xe9\xc3\xa9\xe9\xf0\x9f\x98\x80\xe9', '\udce9é\udce9😀\udce9'],
  ['a character cut off', '\xe4\xb8', '\udce4\udcb8'],
  ['a longer form than needed', '\xc0\xaf', '\udcc0\udcaf'],
  ['a surrogate in UTF-8', '\xed\xb3\xa9', '\udced\udcb3\udca9'],
  ['more than Unicode has', '\xf4\x90\x80\x80', '\udcf4\udc90\udc80\udc80'],
  ['what stands for lost bytes elsewhere', '\xef\xbf\xbd', '\ufffd'],
];

describe('a name', () => {
  it.each(EXAMPLES)('of %s becomes a string, and the same bytes again', (_, latin1, text) => {
    const bytes = Buffer.from(latin1, 'latin1');
    expect(textOf(bytes)).toBe(text);
    expect(bytesOf(text)).toEqual(bytes);
    expect(bytesOf(JSON.parse(JSON.stringify(text)))).toEqual(bytes);
  });

  it('of any two bytes comes back as it was', () => {
    for (let first = 0; first < 256; first++) {
      const rows = Array.from({ length: 256 }, (_, second) => [first, second, 0x2f]).flat();
      expect(bytesOf(textOf(Buffer.from(rows)))).toEqual(Buffer.from(rows));
    }
  });
});

describe('a directory with names that are no UTF-8', () => {
  it('is read, and its files are reached, by node and by system calls', () => {
    const directory = mkdtempSync(join(tmpdir(), 'tslab-names-'));
    try {
      for (const name of ['caf\udce9', 'é', 'x']) writeFileSync(nodePath(join(directory, name)), '');
      mkdirSync(nodePath(join(directory, 'd\udcff')));
      symlinkSync(bytesOf('to\udc80'), join(directory, 'link'));
      expect(namesIn(directory).sort()).toEqual(['caf\udce9', 'd\udcff', 'link', 'x', 'é'].sort());
      expect(entriesOf(directory).filter(({ isDirectory }) => isDirectory)).toEqual([
        { name: 'd\udcff', isDirectory: true },
      ]);
      expect(linkTarget(join(directory, 'link'))).toBe('to\udc80');
      expect(callUntraced(open(join(directory, 'caf\udce9'), 0))).toBeGreaterThan(0);
      expect(readdirSync(directory, 'latin1')).toContain('caf\xe9');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
