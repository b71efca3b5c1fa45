import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../support/needs.js';
import { expectAsTold, labIn, type Surroundings, tslabIn, verdictsIn } from './surroundings.js';

let state = '';

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'tslab-surroundings-'));
});

afterEach(() => rmSync(state, { recursive: true }));

const ROOT_OF_A_USER_NAMESPACE: Surroundings = {
  name: 'root of a user namespace',
  script: '"$@"',
  enter: ['unshare', '--user', '--map-root-user'],
};

const WITHOUT_SYS_ADMIN: Surroundings = {
  name: 'root without CAP_SYS_ADMIN',
  script: '"$@"',
  enter: ['setpriv', '--bounding-set=-sys_admin'],
};

describe.for([ROOT_OF_A_USER_NAMESPACE, WITHOUT_SYS_ADMIN])('$name', (where) => {
  it('is told of the labs what then happens', (test) => {
    needs(test, 'root');
    const verdicts = verdictsIn(where, state);
    for (const lab of ['01', '02', '04', '05']) {
      const verdict = verdicts.find(({ id }) => id.startsWith(lab));
      if (verdict) expectAsTold(verdict, labIn(where, verdict.id, state));
    }
    expect(verdicts.map(({ verdict }) => verdict)).not.toContain('cannot');
  });

  it('runs containers as an ordinary user does, in a user namespace of their own', (test) => {
    needs(test, 'root');
    const script = 'id -u; ls /dev; readlink /proc/self/ns/user';
    const { stdout, stderr } = tslabIn(where, ['run', '--rm', 'busybox', 'sh', '-c', script], state);
    expect(stderr).toBe('');
    const lines = stdout.trim().split('\n');
    expect(lines).toEqual(expect.arrayContaining(['0', 'null', expect.stringMatching(/^user:\[\d+\]$/)]));
    expect(lines.at(-1)).not.toBe('user:[4026531837]');
  });
});
