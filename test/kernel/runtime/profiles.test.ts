import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elfProgram } from '../../../src/kernel/machine-code/elf.js';
import { needs } from '../../support/needs.js';
import { output, useOwnState } from '../runtime-info/containers.js';
import { tslab } from '../tslab.js';

useOwnState();
const isRoot = process.geteuid?.() === 0;
let directory = '';
const at = (name: string) => join(directory, name);

/** exit_group(7) of x86-64. */
const SEVEN = elfProgram(Buffer.from('bf07000000b8e70000000f05', 'hex'), 'x64');

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-profiles-'));
  mkdirSync(at('root/bin'), { recursive: true });
  writeFileSync(at('root/bin/sh'), SEVEN);
  chmodSync(at('root/bin/sh'), 0o755);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A profile as a file: its path. */
function profile(text: object | string): string {
  writeFileSync(at('profile.json'), typeof text === 'string' ? text : JSON.stringify(text));
  return `seccomp=${at('profile.json')}`;
}

const only = (defaultAction: string, ...names: string[]) => ({
  defaultAction,
  syscalls: [{ names, action: 'SCMP_ACT_ALLOW' }],
});

describe.skipIf(!isRoot)('--security-opt seccomp=FILE (skipped without root)', () => {
  it.for([[], ['-u', '7'], ['-u', '7', '--security-opt', 'no-new-privileges']])(
    'needs to allow what the program calls, and execve: the filter is loaded last: %s',
    (options, test) => {
      needs(test, 'an x86-64 machine');
      for (const action of ['SCMP_ACT_ERRNO', 'SCMP_ACT_KILL_PROCESS']) {
        const strict = profile(only(action, 'execve', 'exit_group'));
        const words = [
          'run',
          '--rm',
          ...options,
          '--security-opt',
          strict,
          '--rootfs',
          at('root'),
          'busybox',
          '/bin/sh',
        ];
        expect(tslab(words)).toMatchObject({ status: 7, stdout: '', stderr: '' });
      }
    },
  );

  it('holds for what exec adds, and for a start that comes later', () => {
    const file = profile({
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO' }],
    });
    output('run', '-d', '--name', 'box', '--security-opt', file, 'busybox', 'sleep', '1000');
    rmSync(at('profile.json'));
    for (const words of [
      ['mkdir', '/x'],
      ['sh', '-c', 'mkdir /x'],
    ])
      expect(tslab(['exec', 'box', ...words]).status).toBe(1);
    output('restart', '-t', '0', 'box');
    expect(tslab(['exec', 'box', 'mkdir', '/x'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('not permitted'),
    });
    expect(output('inspect', '-f', '{{json .HostConfig.SecurityOpt}}', 'box')).toContain('SCMP_ACT_ALLOW');
    output('rm', '-f', 'box');
  });

  it.each<[string, object | string, RegExp]>([
    ['that lacks execve', only('SCMP_ACT_ERRNO', 'read'), /does not allow execve, so no program can start/],
    [
      'with an action that there is not',
      '{\n"defaultAction": "SCMP_ACT_ERRNO",\n"syscalls": [\n{"names": ["read"], "action": "ALLOW"}]}',
      /profile\.json is wrong in line 4, rule 1: syscalls\[0\]\.action is "ALLOW"/,
    ],
    ['that is no JSON', '{', /profile\.json is wrong in line 1/],
  ])('refuses a profile %s before anything is made', (_, text, message) => {
    const before = output('ps', '-aq');
    expect(tslab(['run', '--security-opt', profile(text), 'busybox', 'true'])).toMatchObject({
      status: 125,
      stderr: expect.stringMatching(message),
    });
    expect(output('ps', '-aq')).toBe(before);
  });

  it('tells of a name that no call has, with the nearest', () => {
    const misspelt = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [{ names: ['unsahre'], action: 'SCMP_ACT_ERRNO' }] };
    const { status, stderr } = tslab(['run', '--rm', '--security-opt', profile(misspelt), 'busybox', 'true']);
    expect([status, stderr]).toEqual([
      0,
      expect.stringMatching(/rule 1: no system call is called unsahre; did you mean unshare\?/),
    ]);
  });
});
