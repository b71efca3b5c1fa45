import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { output, useOwnState } from '../runtime-info/containers.js';
import { shell, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tslab-hostile-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function directory(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

function inside(script: string, ...flags: string[]): string {
  return output('run', '--rm', ...flags, 'busybox', 'sh', '-c', script).trimEnd();
}

describe.skipIf(!isRoot)('what is masked stays masked (skipped without root)', () => {
  const LOOK = 'head -c 9 /proc/interrupts | wc -c; (echo x > /proc/interrupts) && cat /proc/sys/kernel/hostname';

  it('whatever a volume on /dev has in the place of /dev/null (CVE-2025-31133)', () => {
    const dev = directory('dev');
    symlinkSync('/proc/sys/kernel/hostname', join(dev, 'null'));
    expect(inside(LOOK, '--hostname', 'box', '-v', `${dev}:/dev`)).toBe('0\nbox');
  });

  it('whatever a volume on /dev/null is', () => {
    writeFileSync(join(folder, 'null'), 'not empty');
    expect(inside(LOOK, '--hostname', 'box', '-v', `${join(folder, 'null')}:/dev/null`)).toBe('0\nbox');
  });

  it('where the image has a link there and no /dev is mounted: then nothing starts', () => {
    const root = image('evil', (at) => symlinkSync('/proc/sys/kernel/hostname', join(at, 'dev/null')));
    const words = ['run', '--rm', '--skip', 'mount-dev', '--rootfs', root, 'busybox', 'true'];
    expect(tslab(words)).toMatchObject({
      status: 125,
      stderr: expect.stringMatching(/openat2\(AT_FDCWD, "\/dev\/null".* ELOOP /),
    });
  });

  it('also in another whole /proc or /sys', () => {
    expect(inside('head -c 9 /proc/interrupts | wc -c; ls -d /proc/$$', '-v', '/proc:/proc')).toMatch(/^0\n/);
    expect(inside('ls /sys/firmware | wc -l', '-v', '/sys:/sys')).toBe('0');
  });

  it('and neither a directory nor a part of proc can take the place of /proc', () => {
    for (const source of [directory('proc'), '/proc/sys', '/sys', join(folder, 'missing')]) {
      expect(tslab(['run', '--rm', '-v', `${source}:/proc`, 'busybox', 'true'])).toMatchObject({
        status: 125,
        stderr: expect.stringMatching(/^tslab: "\/proc" cannot be mounted because it is not of type proc\n/),
      });
    }
  });

  it('but a file may stand for /proc/meminfo, as lxcfs makes it', () => {
    writeFileSync(join(folder, 'meminfo'), 'MemTotal: 1 kB\n');
    expect(inside('cat /proc/meminfo', '-v', `${join(folder, 'meminfo')}:/proc/meminfo`)).toBe('MemTotal: 1 kB');
  });
});

/** A copy of the local image, changed. */
function image(name: string, change: (root: string) => void): string {
  const root = join(folder, name);
  output('run', '--rm', 'busybox', 'true');
  expect(shell(`cp -a "$TSLAB_STATE"/rootfs/*/root ${root}`).stderr).toBe('');
  change(root);
  return root;
}
