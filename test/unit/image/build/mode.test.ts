import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseChmod } from '../../../../src/image/build/copy/mode.js';

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-mode-'));
  writeFileSync(join(here, 'file'), '');
  mkdirSync(join(here, 'directory'));
});
afterAll(() => rmSync(here, { recursive: true }));

/** What chmod(1) makes of it, with no umask. */
function byChmod(name: string, mode: number, given: string): number {
  chmodSync(join(here, name), mode);
  execFileSync('sh', ['-c', 'umask 0; chmod -- "$1" "$2"', 'sh', given, join(here, name)]);
  return statSync(join(here, name)).mode & 0o7777;
}

describe('--chmod', () => {
  it.each([
    '0644',
    '4755',
    '+x',
    'u=rwX,go=rX',
    'a-w',
    'u+s',
    'g+s,o=',
    'g=u',
    'o=g,u-x',
    '=r',
    '+t',
    'ug+rw',
    '-x',
    'u=s',
  ])('%s is what chmod makes of it', (given) => {
    const change = parseChmod(given);
    for (const mode of [0o600, 0o644, 0o751, 0o777])
      for (const name of ['file', 'directory'])
        expect([name, mode, change(mode, name === 'directory')]).toEqual([name, mode, byChmod(name, mode, given)]);
  });

  it.each(['9', '77', 'u=q', 'x', 'u', ',', 'u+r,,', '+rg'])('%j is refused', (given) => {
    expect(() => parseChmod(given)).toThrow(`invalid chmod parameter: "${given}"`);
  });
});
