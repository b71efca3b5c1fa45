import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProc } from '../../../src/procfs/proc.js';
import { listProcesses } from '../../../src/procfs/processes.js';
import { here } from '../../../src/state/directories.js';
import { output, useOwnState } from '../runtime-info/containers.js';
import { bareEnvironment, TSLAB } from '../tslab.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tslab-env-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

useOwnState();

describe('tslab by its name', () => {
  it('says itself that a file of --env-file is missing', () => {
    const { status, stderr } = sh('"$T" run --rm --env-file /nowhere busybox true');
    expect([status, stderr]).toEqual([125, expect.stringMatching(/^tslab: --env-file \/nowhere: ENOENT/)]);
  });

  it.each(['--env-file /nowhere', '--env-file=/nowhere', '--env-file-if-exists=/x', '--inspect', '-- --env-file /x'])(
    'leaves %s behind the image to the program',
    (words) => {
      expect(sh(`"$T" run --rm busybox echo ${words}`)).toMatchObject({ status: 0, stdout: `${words}\n` });
    },
  );

  it('gives the container what the file says, and is not steered by it', () => {
    const file = join(folder, 'env');
    writeFileSync(file, 'A=1\nNODE_OPTIONS=--require /nowhere/x.js\nUV_THREADPOOL_SIZE=0\nNODE_DEBUG=module\n');
    const { status, stdout, stderr } = sh(`"$T" run --rm --env-file ${file} busybox env`);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^A=1\nNODE_OPTIONS=--require \/nowhere\/x\.js\nUV_THREADPOOL_SIZE=0\nNODE_DEBUG=module$/m);
  });

  it('reads a pipe once', () => {
    expect(sh('"$T" run --rm --env-file <(echo A=pipe) busybox sh -c \'echo $A\'').stdout).toBe('pipe\n');
  });

  it('refuses a file without end', () => {
    const { status, stderr } = sh('"$T" run --rm --env-file /dev/zero busybox true');
    expect([status, stderr]).toEqual([
      125,
      expect.stringContaining('--env-file /dev/zero: it has more than 6291456 bytes'),
    ]);
  });

  it('refuses a variable that a NUL byte would end', () => {
    const { status, stderr } = sh('"$T" run --rm --env-file <(printf \'A=x\\0y\\n\') busybox true');
    expect([status, stderr]).toEqual([
      125,
      expect.stringContaining('invalid environment variable: "A=x\\u0000y" has a NUL'),
    ]);
  });

  it('does the same behind the link that npm makes', () => {
    const link = join(folder, 'tslab');
    symlinkSync(TSLAB, link);
    expect(sh(`PATH=${folder}:$PATH; tslab run --rm busybox echo --env-file x`).stdout).toBe('--env-file x\n');
  });

  it('hands the program no variable of the caller, one of node least of all', () => {
    const { stdout } = sh('NODE_OPTIONS=--no-warnings NODE_DEBUG=x UV_X=1 "$T" run --rm busybox env 2>&1');
    expect(stdout).not.toMatch(/NODE|UV_/);
  });

  it("gives the supervisor no option of the caller's node", () => {
    expect(sh('NODE_OPTIONS=--no-warnings NODE_DEBUG=x "$T" run -d --name de busybox sleep 60').status).toBe(0);
    const [supervisor = ''] = environmentsOf('tslab-superviso').filter((text) => text.includes(here().state));
    expect(supervisor).toContain('PATH=');
    expect(supervisor).not.toMatch(/NODE_/);
    output('rm', '-f', 'de');
  });
});

describe('node tslab.cjs', () => {
  it('says so where node has read the pipe', () => {
    const { status, stderr } = sh(`node "$T" run --rm --env-file <(echo A=pipe) busybox true`);
    expect([status, stderr]).toEqual([125, expect.stringContaining('node has read it already')]);
  });
});

function sh(command: string) {
  const env = { ...bareEnvironment(), T: TSLAB };
  return spawnSync('bash', ['-c', command], { encoding: 'utf8', env });
}

function environmentsOf(name: string): string[] {
  const named = listProcesses().filter(({ comm }) => comm === name);
  return named.map(({ pid }) => readProc(pid, 'environ') ?? '');
}
