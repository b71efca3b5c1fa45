import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Container } from '../../../src/container/store/store.js';
import { listProcesses } from '../../../src/procfs/processes.js';
import { takeSnapshot } from '../../../src/procfs/snapshot.js';
import { tslab } from '../tslab.js';
import { killInit, output, runDetached, until, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-cp-'));
  makeTree(join(here, 'tree'));
  mkdirSync(join(here, 'volume'));
});
afterAll(() => rmSync(here, { recursive: true }));

/** A file, a set-user-ID program of long ago, a link, a pipe. */
function makeTree(directory: string): void {
  mkdirSync(join(directory, 'sub'), { recursive: true });
  writeFileSync(join(directory, 'file'), 'text\n');
  writeFileSync(join(directory, 'sub/program'), '\0\xff', { mode: 0o755 });
  execFileSync('chmod', ['4751', join(directory, 'sub/program')]);
  utimesSync(join(directory, 'sub/program'), 1e9, 1e9);
  symlinkSync('/etc/passwd', join(directory, 'link'));
  execFileSync('mkfifo', [join(directory, 'pipe')]);
}

describe.skipIf(!isRoot)('tslab diff (skipped without root: it runs containers)', () => {
  it('tells added, changed and deleted as docker does', async () => {
    const script = 'mkdir /new; echo x > /new/file; echo x >> /etc/passwd; rm /etc/group; sleep 1000';
    const changed = runDetached('changed', script);
    await until(() => lstatSync(join(changed.directory, 'upper/etc/group'), { throwIfNoEntry: false }) !== undefined);
    expect(output('diff', 'changed')).toBe('C /etc\nD /etc/group\nC /etc/passwd\nA /new\nA /new/file\n');
    await killInit(changed);
    expect(output('diff', 'changed')).toContain('D /etc/group\n');
  });
});

describe.skipIf(!isRoot)('tslab cp (skipped without root: it runs containers)', () => {
  /** One that runs, and one that has ended; both have a link out of their root, and a volume. */
  const containers: Record<string, Container> = {};
  const SCRIPT =
    'mkdir -p /w/full; echo inside > /w/file; ln -s / /w/out; ln -s ../../../../../../../../.. /w/up; ln -s file /w/alias; echo v > /volume/v';
  beforeAll(async () => {
    const flags = ['-v', `${join(here, 'volume')}:/volume`];
    containers.running = runDetached('running', `${SCRIPT}; exec sleep 1000`, flags);
    containers.stopped = runDetached('stopped', `${SCRIPT}; exec sleep 1000`, flags);
    for (const one of Object.values(containers)) {
      await until(() => listProcesses().some(({ pid, comm }) => pid === one.state.init.pid && comm === 'sleep'));
    }
    await killInit(containers.stopped);
  });

  const upper = (name: string, path: string) => join((containers[name] as Container).directory, 'upper', path);

  describe.each(['running', 'stopped'])('of a container that is %s', (name) => {
    it('brings files out and in, modes, times and links kept; what is no file is left out, and told', () => {
      const { stderr } = tslab(['cp', join(here, 'tree'), `${name}:/w`]);
      expect(stderr).toMatch(/left out what is no file.*tree\/pipe\n/);
      expect(readdirSync(upper(name, 'w/tree')).sort()).toEqual(['file', 'link', 'sub']);
      expect(lstatSync(upper(name, 'w/tree/sub/program'))).toMatchObject({ mode: 0o104751, mtimeMs: 1e12 });
      expect(readlinkSync(upper(name, 'w/tree/link'))).toBe('/etc/passwd');
      output('cp', `${name}:/w/tree`, join(here, `from-${name}`));
      expect(readFileSync(join(here, `from-${name}/sub/program`), 'latin1')).toBe('\0Ã¿');
      expect(lstatSync(join(here, `from-${name}/sub/program`)).mode).toBe(0o104751);
    });

    it('goes into a directory that exists, takes a new name where none does, and merges with /.', () => {
      for (const to of ['full', 'named']) output('cp', join(here, 'tree/sub'), `${name}:/w/${to}`);
      output('cp', `${here}/tree/sub/.`, `${name}:/w/full`);
      expect(readdirSync(upper(name, 'w/full')).sort()).toEqual(['program', 'sub']);
      expect(readdirSync(upper(name, 'w/named'))).toEqual(['program']);
      output('cp', join(here, 'tree/file'), `${name}:/w/full/renamed`);
      expect(readFileSync(upper(name, 'w/full/renamed'), 'utf8')).toBe('text\n');
    });

    it('replaces a file, follows a link to write, and copies a link as one unless -L', () => {
      output('cp', join(here, 'tree/file'), `${name}:/w/alias`);
      expect(readFileSync(upper(name, 'w/file'), 'utf8')).toBe('text\n');
      expect(readlinkSync(upper(name, 'w/alias'))).toBe('file');
      output('cp', `${name}:/w/alias`, join(here, `${name}-link`));
      output('cp', '-L', `${name}:/w/alias`, join(here, `${name}-file`));
      expect(readlinkSync(join(here, `${name}-link`))).toBe('file');
      expect(readFileSync(join(here, `${name}-file`), 'utf8')).toBe('text\n');
    });

    it('never leaves the root by a link, however many .. it has', () => {
      for (const link of ['out', 'up']) {
        output('cp', join(here, 'tree/file'), `${name}:/w/${link}/etc/tslab-escaped-${link}`);
        output('cp', `${name}:/w/${link}/etc/os-release`, join(here, `${name}-${link}`));
        expect(existsSync(`/etc/tslab-escaped-${link}`)).toBe(false);
        expect(existsSync(upper(name, `etc/tslab-escaped-${link}`))).toBe(true);
        expect(readFileSync(join(here, `${name}-${link}`), 'utf8')).toMatch(/^NAME="tslab lab root"\n/);
      }
      output('cp', `${name}:/../../../../etc/os-release`, join(here, `${name}-dots`));
      expect(readFileSync(join(here, `${name}-dots`), 'utf8')).toMatch(/^NAME="tslab lab root"\n/);
    });

    it('reaches the volumes', () => {
      output('cp', `${name}:/volume/v`, join(here, `${name}-v`));
      expect(readFileSync(join(here, `${name}-v`), 'utf8')).toBe('v\n');
      output('cp', join(here, 'tree/file'), `${name}:/volume/${name}`);
      expect(readFileSync(join(here, 'volume', name), 'utf8')).toBe('text\n');
    });

    it('ends where the destination is a volume of the same container, and leaves out what the kernel makes up', () => {
      output('cp', `${name}:/`, join(here, 'volume', `all-${name}`));
      const copied = readdirSync(join(here, 'volume', `all-${name}`));
      expect(copied).toEqual(expect.arrayContaining(['etc', 'volume', 'w']));
      expect(existsSync(join(here, 'volume', `all-${name}`, 'proc/1'))).toBe(false);
      expect(readdirSync(join(here, 'volume', `all-${name}`, 'volume'))).not.toContain(`all-${name}`);
      rmSync(join(here, 'volume', `all-${name}`), { recursive: true });
    });

    it('leaves the mounts of this machine as they were', () => {
      const before = takeSnapshot();
      output('cp', `${name}:/etc`, join(here, `etc-of-${name}`));
      expect([...takeSnapshot().mount]).toEqual([...before.mount]);
    });

    it.each([
      ['a file that is not there', [':/nowhere', '.'], /^Error: Could not find the file \/nowhere in container \w+\n/],
      [
        'a file of this machine that is not there',
        ['/no/file', ':/w'],
        /^Error: lstat \/no\/file: no such file or directory\n/,
      ],
      ['a directory that is not there', ['FILE', ':/nowhere/'], /^Error: no such directory\n.*\/nowhere\/ does not/],
      ['a directory in the place of a file', ['TREE', ':/w/file'], /^Error: cannot copy directory\n.*\/w\/file/],
      ['a file in the place of a directory', ['FILE', ':/w/full/sub/../../file/x'], /^Error: .*ENOTDIR/],
      ['contents of a file', [':/w/file/.', '.'], /^Error: .*(not a directory|ENOTDIR)/],
      ['a parent that is not there', ['FILE', ':/no/where'], /^Error: Could not find the file \/no in container \w+\n/],
      [
        'a parent of this machine',
        [':/w/file', '/no/where'],
        /^Error: invalid output path: directory "\/no" does not exist\n/,
      ],
    ])('refuses %s', (_, [from = '', to = ''], message) => {
      const word = (text: string) =>
        text.replace(/^:/, `${name}:`).replace('FILE', join(here, 'tree/file')).replace('TREE', join(here, 'tree'));
      const { status, stderr } = tslab(['cp', word(from), word(to)]);
      expect(stderr).toMatch(message);
      expect(status).toBe(1);
    });
  });

  it('gives what it brings to root, or keeps the owner with -a', () => {
    execFileSync('chown', ['1234:5678', join(here, 'tree/file')]);
    output('cp', join(here, 'tree/file'), 'running:/w/of-root');
    output('cp', '-a', join(here, 'tree/file'), 'running:/w/of-owner');
    expect(statSync(upper('running', 'w/of-root'))).toMatchObject({ uid: 0, gid: 0 });
    expect(statSync(upper('running', 'w/of-owner'))).toMatchObject({ uid: 1234, gid: 5678 });
  });

  it('is not led out of the root by a container that swaps directories for links meanwhile (CVE-2018-15664)', () => {
    const swap = 'mkdir /w /w/dir; while :; do mv /w/dir /w/aside; ln -s / /w/dir; rm /w/dir; mv /w/aside /w/dir; done';
    runDetached('swapper', swap);
    const escaped = '/tslab-test-escaped';
    for (let attempt = 0; attempt < 8; attempt++) {
      tslab(['cp', join(here, 'tree/sub/program'), `swapper:/w/dir${escaped}`]);
      tslab(['cp', join(here, 'tree/sub'), `swapper:/w/dir${escaped}`]);
    }
    expect(existsSync(escaped)).toBe(false);
  });

  it('cannot write where the container cannot', () => {
    runDetached('sealed', 'exec sleep 1000', ['--read-only', '-v', `${join(here, 'volume')}:/volume:ro`]);
    for (const path of ['/etc/new', '/volume/new']) {
      const { status, stderr } = tslab(['cp', join(here, 'tree/file'), `sealed:${path}`]);
      expect(stderr).toMatch(/EROFS.*read-only/);
      expect(status).toBe(1);
    }
  });

  it.each([
    [['a', 'b'], /must specify at least one container source/],
    [['running:/a', 'stopped:/b'], /copying between containers is not supported/],
    [['-', '-'], /must specify at least one container source/],
    [['./running:/w', 'b'], /must specify at least one container source/],
  ])('refuses %j', (words, message) => {
    const { status, stderr } = tslab(['cp', ...words]);
    expect(stderr).toMatch(message);
    expect(status).toBe(1);
  });
});
