import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

/** What a container with `--hostname box` is called by two of its files. */
const NAMES = 'cat /etc/hostname; grep -ow box /etc/hosts | head -1';
let links = 0;

describe.skipIf(!isRoot)('an image that has anything in the place of a mount point (skipped without root)', () => {
  const LOOK = `[ -c /dev/null ] && [ -d /dev/pts ] && ls -d /proc/$$ >/dev/null && ls /sys | grep kernel; ${NAMES}`;

  it.each(['../../../tmp', '/', '/proc', 'nowhere', 'SELF'])(
    'gets what every container has: a link to %s',
    (target) => {
      const root = image(`link-${links++}`, (at) => {
        for (const name of ['dev', 'proc', 'sys']) {
          rmSync(join(at, name), { recursive: true });
          symlinkSync(target === 'SELF' ? name : target, join(at, name));
        }
        for (const name of ['hostname', 'hosts', 'resolv.conf']) {
          rmSync(join(at, 'etc', name));
          symlinkSync(target === 'SELF' ? name : target, join(at, 'etc', name));
        }
      });
      expect(inside(LOOK, '--rootfs', root, '--hostname', 'box')).toBe('kernel\nbox\nbox');
    },
  );

  it('gets it instead of a file, a FIFO, a directory or nothing', () => {
    const root = image('others', (at) => {
      for (const name of ['dev', 'proc', 'sys']) rmSync(join(at, name), { recursive: true });
      writeFileSync(join(at, 'dev'), 'a file');
      execFileSync('mkfifo', [join(at, 'proc'), join(at, 'fifo')]);
      rmSync(join(at, 'etc/hosts'));
      mkdirSync(join(at, 'etc/hosts'));
      renameSync(join(at, 'fifo'), join(at, 'etc/hostname'));
    });
    expect(inside(LOOK, '--rootfs', root, '--hostname', 'box')).toBe('kernel\nbox\nbox');
    const bare = image('bare', (at) => rmSync(join(at, 'etc'), { recursive: true }));
    expect(inside(NAMES, '--rootfs', bare, '--hostname', 'box', '--read-only')).toBe('box\nbox');
  });

  it('keeps an /etc that is elsewhere, as it is', () => {
    const root = image('elsewhere', (at) => {
      mkdirSync(join(at, 'far'));
      renameSync(join(at, 'etc'), join(at, 'far/etc'));
      chmodSync(join(at, 'far/etc'), 0o751);
      symlinkSync('far/etc', join(at, 'etc'));
    });
    const look = `${NAMES}; stat -c %a /far/etc; readlink /etc; wc -l < /etc/passwd`;
    expect(inside(look, '--rootfs', root, '--hostname', 'box')).toBe('box\nbox\n751\nfar/etc\n2');
    for (const [target, reason] of [
      ['/proc/sys/kernel', /"\/proc\/sys\/kernel" cannot be mounted because it is inside \/proc, where \/etc leads/],
      ['/sys', /"\/sys" cannot be mounted because it is not of type sysfs, where \/etc leads/],
    ] as const) {
      rmSync(join(root, 'etc'));
      symlinkSync(target, join(root, 'etc'));
      const run = tslab(['run', '--rm', '--rootfs', root, 'busybox', 'true']);
      expect(run).toMatchObject({ status: 125, stderr: expect.stringMatching(reason) });
    }
  });

  it('gets a volume where its link leads inside, and none that leads to /proc, /sys or /', () => {
    const root = image('links', (at) => {
      const targets = { data: '/somewhere', up: '../../../somewhere', loop: 'loop', proc2: '/proc', top: '/' };
      for (const [name, target] of Object.entries(targets)) symlinkSync(target, join(at, name));
    });
    const source = directory('volume');
    writeFileSync(join(source, 'file'), 'from the volume\n');
    for (const place of ['/data', '/up/deep']) {
      expect(inside(`cat ${place}/file`, '--rootfs', root, '-v', `${source}:${place}`)).toBe('from the volume');
    }
    for (const place of ['/proc2', '/proc2/sys', '/top', '/loop/x']) {
      for (const flag of [`--volume=${source}:${place}`, `--tmpfs=${place}`]) {
        const run = tslab(['run', '--rm', flag, '--rootfs', root, 'busybox', 'true']);
        expect(run).toMatchObject({ status: 125, stderr: expect.stringMatching(/cannot be mounted|can't be '\/'/) });
      }
    }
  });

  it('is followed nowhere by a mount in a volume', () => {
    const source = directory('with-a-link');
    symlinkSync('/proc/sys', join(source, 'link'));
    const run = tslab(['run', '--rm', '-v', `${source}:/data`, '--tmpfs', '/data/link/x', 'busybox', 'true']);
    expect(run).toMatchObject({ status: 125, stderr: expect.stringMatching(/openat2.*RESOLVE_NO_SYMLINKS.* ELOOP /) });
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
