import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPLICATIONS } from '../../support/dockerfiles/kinds.js';
import { SERVERS } from '../../support/dockerfiles/servers.js';
import { UNUSUAL } from '../../support/dockerfiles/unusual.js';

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
  it.each([...APPLICATIONS, ...SERVERS, ...UNUSUAL])(
    '$name',
    ({ dockerfile, files = {}, args = [], run = [], prints }) => {
      const context = mkdtempSync(join(here, 'context-'));
      for (const [name, content] of Object.entries({ Dockerfile: dockerfile, ...files })) {
        mkdirSync(dirname(join(context, name)), { recursive: true });
        writeFileSync(join(context, name), content, { mode: content.startsWith('#!') ? 0o755 : 0o644 });
      }
      const id = tslab('build', '-q', '-t', 'kind', ...args.flatMap((one) => ['--build-arg', one]), context).trim();
      expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(tslab('run', '--rm', '--network', 'none', 'kind', ...run)).toBe(prints);
    },
  );
});

describe('ONBUILD', () => {
  it('is carried out by whoever builds on the image, and not by whoever builds on that', () => {
    const context = mkdtempSync(join(here, 'context-'));
    const build = (name: string, ...lines: string[]) => {
      writeFileSync(join(context, 'Dockerfile'), `${lines.join('\n')}\n`);
      return execFileSync(
        process.execPath,
        ['dist/bin/tslab.cjs', 'build', '--build-arg', 'V=2', '-t', name, context],
        {
          encoding: 'utf8',
          stdio: 'pipe',
        },
      );
    };
    writeFileSync(join(context, 'f'), 'mine\n');
    build(
      'below',
      'FROM busybox',
      'ARG V',
      'ONBUILD ARG V=1',
      'ONBUILD COPY f /f',
      'ONBUILD RUN echo $V >> /f',
      'CMD cat /f',
    );
    expect(build('user', 'FROM below AS one', 'FROM one')).toContain('\n ---> ONBUILD COPY f /f\n');
    expect(tslab('run', '--rm', '--network', 'none', 'user')).toBe('mine\n2\n');
    expect(build('second', 'FROM user', 'RUN true')).not.toContain('ONBUILD');
    rmSync(join(context, 'f'));
    expect(() => build('none', 'FROM below')).toThrow(
      /Dockerfile:1: COPY failed: file not found: f .*\n1 \| FROM below {2}# ONBUILD COPY f \/f\n/,
    );
  });
});
