import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { output, useOwnState } from '../runtime-info/containers.js';
import { shell, TSLAB, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

let directory = '';
/** A directory of the host that tslab has as its standard input, output or error. */
const host = () => join(directory, 'host');

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-cwd-'));
  for (const name of ['host', 'image']) mkdirSync(join(directory, name), { mode: 0o755 });
  mkdirSync(join(directory, 'image/closed'), { mode: 0o700 });
  symlinkSync('/proc/self/fd/0', join(directory, 'image/magic'));
  symlinkSync('magic', join(directory, 'image/link'));
  symlinkSync('/nowhere', join(directory, 'image/dangling'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** What `tslab run -w` says, with a directory of the host as descriptor 0; and its status. */
function runIn(path: string, ...flags: string[]) {
  const fd = openSync(host(), 'r');
  const words = ['run', '--rm', '-i', '-v', `${directory}/image:/image`, '-w', path, ...flags, 'busybox', 'pwd'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [TSLAB, ...words], { stdio: [fd, 'pipe', 'pipe'] });
  closeSync(fd);
  return { status, told: `${stdout}${stderr}`.trim() };
}

describe('a working directory by a magic link (CVE-2024-21626)', () => {
  it.each([
    '/proc/self/fd/0',
    '/proc/self/fd/0/..',
    '/proc/1/fd/0/made',
    '/proc/1/root',
    '/proc/self/cwd',
    '/image/magic',
    '/image/link',
    '/image/link/made',
    '/image/link/made/more',
  ])('is not gone to, and nothing is made there: %s', (path) => {
    const { status, told } = runIn(path);
    expect(told).toContain(`tslab: chdir to cwd ("${path}") failed: `);
    expect(status).not.toBe(0);
    expect(readdirSync(host())).toEqual([]);
  });

  it('may be an ordinary one that is made', () => {
    expect(runIn('/image/../new//place/./here/..')).toEqual({ status: 0, told: '/new/place' });
  });
});

describe.skipIf(!isRoot)('a working directory that cannot be used (skipped without root: it makes cgroups)', () => {
  beforeAll(() => {
    output('run', '-d', '--name', 'box', '-v', `${directory}/image:/image`, 'busybox', 'sleep', '1000');
  });
  afterAll(() => output('rm', '-f', 'box'));

  it.each([
    ['/missing', 127, 'no such file or directory'],
    ['/image/dangling', 127, 'no such file or directory'],
    ['/etc/passwd', 126, 'not a directory'],
    ['/etc/passwd/below', 126, 'not a directory'],
    ['/proc/1/root', 126, 'too many symbolic links'],
  ])('ends exec in %s with %i', (path, status, reason) => {
    const told = tslab(['exec', '-w', path, 'box', 'pwd']);
    expect(told).toMatchObject({ status, stdout: '' });
    expect(told.stderr).toContain(`chdir to cwd ("${path}") failed: ${reason}`);
  });

  it('ends run with 125 where it is a file, and with 127 where its link leads nowhere', () => {
    expect(runIn('/etc/passwd')).toEqual({
      status: 125,
      told: 'tslab: chdir to cwd ("/etc/passwd") failed: not a directory',
    });
    expect(runIn('/image/dangling').status).toBe(127);
  });

  it('is gone to by root, so that the user may stay where he could not go', () => {
    expect(runIn('/image/closed', '-u', '1000')).toEqual({ status: 0, told: '/image/closed' });
    expect(output('exec', '-u', '1000', '-w', '/image/closed', 'box', 'pwd')).toBe('/image/closed\n');
  });
});

describe.skipIf(!isRoot)('the umask of the caller (skipped without root: it runs programs as another user)', () => {
  it('is not that of the program, nor of what is made for it', () => {
    const look = 'umask; stat -c "%a %n" / /new /new/place /etc /dev /dev/null /tmp /data; id -u';
    const run = `tslab run --rm -u 1000 -v data:/data -w /new/place busybox sh -c '${look}'`;
    const [closed, open] = ['077', '022'].map((mask) =>
      shell(`umask ${mask}; ${run}; tslab volume rm data >/dev/null`),
    );
    expect(closed?.stderr).toBe('');
    expect(closed?.stdout).toContain('755 /new/place\n');
    expect(closed?.stdout.split('\n')[0]).toBe('0022');
    expect(closed?.stdout).toBe(open?.stdout);
  });
});
