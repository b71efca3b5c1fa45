import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listProcesses } from '../../../src/procfs/processes.js';
import { takeSnapshot } from '../../../src/procfs/snapshot.js';
import { atTerminal, TSLAB, tslab } from '../tslab.js';
import { killInit, runDetached, until, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-export-'));
});
afterAll(() => rmSync(here, { recursive: true }));

/** What GNU tar lists of an archive: `-rw-r----- 1234/5678 4 name`. */
function listed(archive: Buffer): string[] {
  const list = execFileSync('tar', ['--numeric-owner', '-tvf', '-'], { input: archive, encoding: 'utf8' });
  return list
    .trim()
    .split('\n')
    .map((line) => line.replace(/ +/g, ' ').replace(/ \d{4}-\d\d-\d\d \d\d:\d\d/, ''));
}

function exported(name: string): Buffer {
  const { status, stdout } = spawnSync(process.execPath, [TSLAB, 'export', name], { maxBuffer: 1 << 28 });
  expect(status).toBe(0);
  return stdout;
}

describe.skipIf(!isRoot)('tslab export (skipped without root: it runs containers)', () => {
  beforeAll(async () => {
    const script =
      'umask 027; printf text > /file; chown 1234:5678 /file; ln /file /hard; rm /bin/vi; echo x > /data/in-volume; exec sleep 1000';
    for (const name of ['running', 'stopped']) {
      const container = runDetached(name, script, ['-v', `${name}:/data`, '--tmpfs', '/scratch']);
      await until(() => listProcesses().some(({ pid, comm }) => pid === container.state.init.pid && comm === 'sleep'));
      if (name === 'stopped') await killInit(container);
    }
  });

  it.each(['running', 'stopped'])(
    'writes the layers of one that is %s, and nothing that is mounted on them',
    (name) => {
      const before = takeSnapshot().mount;
      const lines = listed(exported(name));
      expect(lines).toContain('-rw-r----- 1234/5678 4 file');
      expect(lines).toContain('hrw-r----- 1234/5678 0 hard link to file');
      expect(lines).toContain('drwxr-xr-x 0/0 0 data/');
      expect(lines).toContain('drwxr-xr-x 0/0 0 proc/');
      expect(lines.join('\n')).toMatch(/^lrwxrwxrwx 0\/0 0 bin\/ls -> busybox$/m);
      const names = lines.map((line) => line.split(' ')[3]);
      expect(names.filter((one) => /^(bin\/vi$|(data|proc|scratch)\/.|\/)/.test(one ?? '/'))).toEqual([]);
      expect(takeSnapshot().mount).toEqual(before);
    },
  );

  it('writes a file that is there whole, in the place of an older one, or not at all', () => {
    const output = join(here, 'one.tar');
    for (let times = 0; times < 2; times++) expect(tslab(['export', '-o', output, 'stopped']).status).toBe(0);
    expect(execFileSync('tar', ['-tf', output], { encoding: 'utf8' })).toContain('\nfile\n');
    expect(statSync(output).mode & 0o777).toBe(0o600);
    expect(readdirSync(here)).toEqual(['one.tar']);
  });

  it('leaves nothing where it is killed', async () => {
    runDetached('large', 'truncate -s 2G /large; exec sleep 1000');
    await delay(500);
    const child = spawn(process.execPath, [TSLAB, 'export', '-o', join(here, 'large.tar'), 'large']);
    await delay(700);
    child.kill('SIGKILL');
    const [, signal] = await once(child, 'exit');
    expect(signal).toBe('SIGKILL');
    expect(readdirSync(here)).toEqual(['one.tar']);
  });

  it.each([
    [
      ['stopped', '-o', '/no/such/one.tar'],
      /^Error: failed to export container: invalid output path: directory "\/no\/such" does not exist\n/,
    ],
    [['no-such'], /^Error: No such container: no-such\n/],
  ])('refuses %j', (words, message) => {
    const { status, stderr } = tslab(['export', ...words]);
    expect(stderr).toMatch(message);
    expect(status).toBe(1);
  });

  it('writes no archive to a terminal', async () => {
    const { status, stdout } = await atTerminal('export stopped').ended;
    expect(stdout).toContain('cowardly refusing to save to a terminal. Use the -o flag or redirect');
    expect(status).toBe(1);
  });
});
