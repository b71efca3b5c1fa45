import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPLICATIONS } from '../../support/dockerfiles/kinds.js';
import { SERVERS } from '../../support/dockerfiles/servers.js';

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-kinds-'));
  process.env.TSLAB_STATE = join(here, 'state');
});
afterAll(() => rmSync(here, { recursive: true }));

function tslab(...words: string[]): string {
  return execFileSync(process.execPath, ['dist/bin/tslab.cjs', ...words], { encoding: 'utf8' });
}

describe('a Dockerfile as public ones are', () => {
  it.each([...APPLICATIONS, ...SERVERS])('$name', ({ dockerfile, files = {}, args = [], run = [], prints }) => {
    const context = mkdtempSync(join(here, 'context-'));
    for (const [name, content] of Object.entries({ Dockerfile: dockerfile, ...files })) {
      mkdirSync(dirname(join(context, name)), { recursive: true });
      writeFileSync(join(context, name), content, { mode: content.startsWith('#!') ? 0o755 : 0o644 });
    }
    const id = tslab('build', '-q', '-t', 'kind', ...args.flatMap((one) => ['--build-arg', one]), context).trim();
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(tslab('run', '--rm', '--network', 'none', 'kind', ...run)).toBe(prints);
  });
});
