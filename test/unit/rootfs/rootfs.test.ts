import { execFileSync } from 'node:child_process';
import {
  accessSync,
  appendFileSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { findProgram, programDirectories } from '../../../src/kernel/files/program-path.js';
import { findBusybox } from '../../../src/rootfs/busybox.js';
import { ESSENTIAL } from '../../../src/rootfs/programs.js';
import { buildFromBusybox, buildFromHost, ensureRootfs } from '../../../src/rootfs/rootfs.js';
import { SUBSTITUTES } from '../../../src/rootfs/substitutes.js';
import { walk } from '../../../src/rootfs/walk.js';
import { ledgerFiles } from '../../../src/state/ledger/ledger-file.js';
import { useTemporaryState } from '../state/temporary-state.js';

/** Where programs are looked for instead of in the usual places: those of this machine may have a good busybox. */
const looked = vi.hoisted(() => ({ in: null as string[] | null }));
vi.mock(import('../../../src/kernel/files/program-path.js'), async (original) => {
  const programs = await original();
  return { ...programs, programDirectories: () => looked.in ?? programs.programDirectories() };
});
afterEach(() => {
  looked.in = null;
});

const state = useTemporaryState();

describe('a root filesystem of the programs of this host', () => {
  it('has a shell, its libraries and the usual directories, and leaves nothing in the ledger', () => {
    const { path, origin } = buildFromHost();
    expect(origin).toBe('programs of this host');
    for (const program of ['/bin/sh', '/bin/ls', '/bin/cat', '/usr/bin/env'])
      expect(walk(path, program).at(-1)?.stats.mode.toString(8)).toBe('100755');
    expect(readdirSync(path)).toEqual(
      expect.arrayContaining(['bin', 'dev', 'etc', 'home', 'proc', 'root', 'sys', 'usr', 'var']),
    );
    expect(readdirSync(join(path, 'dev'))).toEqual([]);
    expect(readFileSync(join(path, 'etc/hostname'), 'utf8')).toBe('tslab\n');
    expect(ledgerFiles()).toEqual([]);
  });

  it('has the modes that were meant, whatever the umask', () => {
    const before = process.umask(0o077);
    try {
      const { path } = buildFromHost();
      expect(statSync(path).mode & 0o7777).toBe(0o755);
      expect(statSync(join(path, 'tmp')).mode & 0o7777).toBe(0o1777);
      expect(statSync(join(path, 'etc/passwd')).mode & 0o7777).toBe(0o644);
    } finally {
      process.umask(before);
    }
  });

  it('has no setuid program, and shares no file with the host', () => {
    const { path } = buildFromHost();
    for (const file of files(path)) {
      const { mode, nlink } = lstatSync(file);
      expect([file, mode & 0o6000, nlink]).toEqual([file, 0, 1]);
    }
  });

  it('keeps the links of the host, so that /bin is what it is there', () => {
    const { path } = buildFromHost();
    expect(lstatSync(join(path, 'bin')).isSymbolicLink()).toBe(lstatSync('/bin').isSymbolicLink());
    expect(readlinkSync(join(path, 'bin/sh'))).toBe(readlinkSync('/bin/sh'));
  });

  it('has a script in place of each program that the host lacks and a script can be', () => {
    const { path } = buildFromHost([poorHost(...ESSENTIAL)]);
    for (const [name, text] of Object.entries(SUBSTITUTES)) {
      expect(readFileSync(join(path, 'usr/bin', name), 'utf8')).toBe(text);
      accessSync(join(path, 'usr/bin', name), constants.X_OK);
    }
    expect(existsSync(join(path, 'usr/bin/awk'))).toBe(false);
  });

  it('is impossible on a host without ls: the message names it, and a way out', () => {
    const poor = poorHost(...ESSENTIAL.filter((name) => name !== 'ls'));
    expect(() => buildFromHost([poor])).toThrow(/no usable ls .*looked in/);
    expect(() => buildFromHost([poor])).toThrow(
      expect.objectContaining({ status: 3, remedy: expect.stringContaining('busybox') }),
    );
  });
});

describe('the script that stands in for ps', () => {
  it('lists the processes that /proc shows, with their parents', () => {
    const rows = execFileSync('sh', ['-c', SUBSTITUTES.ps ?? ''], { encoding: 'utf8' }).split('\n');
    expect(rows[0]).toMatch(/^ +PID +PPID S COMMAND$/);
    const own = rows.map((row) => row.trim().split(/ +/)).find(([pid]) => pid === String(process.pid));
    expect(own?.[1]).toBe(String(process.ppid));
  });
});

describe.skipIf(!findBusybox())('a root filesystem of busybox (skipped where the host has no static one)', () => {
  it('is one program and a link for each of its names', () => {
    const busybox = findBusybox();
    if (!busybox) throw new Error('unreachable');
    const { path, origin } = buildFromBusybox(busybox);
    expect(origin).toBe('busybox');
    expect(readlinkSync(join(path, 'bin/ls'))).toBe('busybox');
    expect(walk(path, '/usr/bin/env').at(-1)?.path).toBe('/bin/busybox');
    expect(readFileSync(join(path, 'bin/busybox')).equals(readFileSync(busybox.path))).toBe(true);
    expect(ensureRootfs()).toEqual({ path, origin });
  });
});

describe('a busybox', () => {
  it('that needs shared libraries is none', () => {
    const directory = poorHost();
    symlinkSync(process.execPath, join(directory, 'busybox'));
    expect(findBusybox([directory])).toBeUndefined();
  });

  it('that does not run is not used: the programs of the host are', () => {
    looked.in = [poorHost(...ESSENTIAL)];
    writeFileSync(join(state(), 'bin/busybox.static'), staticGarbage(), { mode: 0o755 });
    expect(findBusybox()?.applets()).toEqual([]);
    expect(ensureRootfs()).toEqual(buildFromHost());
    expect(readdirSync(join(state(), 'rootfs'))).toHaveLength(1);
  });
});

describe('the kept root filesystem', () => {
  it('is used again as it is, after a look of less than 10 ms', () => {
    const { path } = buildFromHost();
    const { ino } = statSync(path);
    const looks = Array.from({ length: 10 }, () => timed(() => buildFromHost()));
    expect(statSync(path).ino).toBe(ino);
    // The best of them: what others do on this machine at the same time is not what we measure.
    expect(Math.min(...looks)).toBeLessThan(10);
  });

  it.each<[string, (root: string) => void]>([
    ['a file that is missing', (root) => rmSync(join(root, 'etc/passwd'))],
    ['a file with other contents', (root) => appendFileSync(join(root, 'etc/hosts'), 'x')],
    ['a file with other contents of the same size', (root) => writeFileSync(join(root, 'etc/hostname'), 'TSLAB\n')],
    ['a file with another mode', (root) => chmodSync(join(root, 'etc/group'), 0o600)],
    ['a file that was added', (root) => writeFileSync(join(root, 'usr/new'), '')],
    ['a directory in place of a file', (root) => replace(join(root, 'etc/hosts'), (path) => mkdirSync(path))],
    ['a link with another target', (root) => replace(join(root, 'bin/sh'), (path) => symlinkSync('ls', path))],
    ['a manifest cut in half', (root) => halve(join(root, '../manifest.json'))],
    ['no manifest', (root) => rmSync(join(root, '../manifest.json'))],
    ['no root', (root) => rmSync(root, { recursive: true })],
  ])('with %s is built anew', (_, damage) => {
    const programs = poorHost(...ESSENTIAL);
    const { path } = buildFromHost([programs]);
    const whole = picture(path);
    damage(path);
    expect(buildFromHost([programs]).path).toBe(path);
    expect(picture(path)).toEqual(whole);
    expect(readdirSync(join(state(), 'rootfs'))).toHaveLength(1);
    expect(ledgerFiles()).toEqual([]);
  });

  it('is another one after an upgrade of the host, and the old one goes', () => {
    const directory = poorHost(...ESSENTIAL.filter((name) => name !== 'sh'));
    writeFileSync(join(directory, 'sh'), readFileSync('/bin/sh'), { mode: 0o755 });
    const before = buildFromHost([directory]).path;
    utimesSync(join(directory, 'sh'), 1, 1);
    const after = buildFromHost([directory]).path;
    expect(after).not.toBe(before);
    expect(existsSync(before)).toBe(false);
    expect(readdirSync(join(state(), 'rootfs'))).toEqual([after.split('/').at(-2)]);
  });

  it('is built beside what somebody else put there, which stays', () => {
    mkdirSync(join(state(), 'rootfs/mine'), { recursive: true });
    buildFromHost();
    expect(existsSync(join(state(), 'rootfs/mine'))).toBe(true);
  });

  it('replaces a file that somebody put in its place', () => {
    const { path } = buildFromHost();
    replace(dirname(path), (file) => writeFileSync(file, ''));
    expect(buildFromHost().path).toBe(path);
    expect(existsSync(join(path, 'bin/sh'))).toBe(true);
  });
});

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** A directory of programs with these names only. */
function poorHost(...names: string[]): string {
  const directory = join(state(), 'bin');
  mkdirSync(directory);
  for (const name of names) symlinkSync(findProgram(name, programDirectories()) ?? '', join(directory, name));
  return directory;
}

function files(root: string): string[] {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  return names.map((name) => join(root, name)).filter((path) => lstatSync(path).isFile());
}

/** All paths with type, mode and what can be read of them. */
function picture(root: string): string[] {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => {
    const { mode, size } = lstatSync(join(root, name));
    const text = name.startsWith('etc/host') ? readFileSync(join(root, name), 'utf8') : '';
    return `${name} ${mode.toString(8)} ${size} ${text}`;
  });
}

function replace(path: string, make: (path: string) => void): void {
  rmSync(path, { recursive: true });
  make(path);
}

function halve(file: string): void {
  writeFileSync(file, readFileSync(file).subarray(0, statSync(file).size / 2));
}

/** An ELF header of a static program with no code behind it. */
function staticGarbage(): Buffer {
  return Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]), Buffer.alloc(200)]);
}
