import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Container } from '../../../src/container/store/store.js';
import { listProcesses } from '../../../src/procfs/processes.js';
import { takeSnapshot } from '../../../src/procfs/snapshot.js';
import type { TarEntry } from '../../../src/tar/entry.js';
import { writeEnd, writeHeader, writePadding } from '../../../src/tar/writer.js';
import { atTerminal, shell, TSLAB } from '../tslab.js';
import { killInit, runDetached, until, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-archive-'));
});
afterAll(() => rmSync(here, { recursive: true }));

/** Runs tslab with bytes on its standard input. */
function given(input: Buffer, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [TSLAB, ...words], { input, maxBuffer: 1 << 28 });
  return { status, stdout, stderr: stderr.toString() };
}

function archive(...entries: Partial<TarEntry>[]): Buffer {
  const parts: Buffer[] = [];
  const write = (bytes: Uint8Array) => parts.push(Buffer.from(bytes));
  const usual = { type: 'file', linkName: '', mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 0n, attributes: new Map() };
  for (const entry of entries) {
    writeHeader(write, { ...usual, ...entry } as TarEntry);
    write(Buffer.alloc(entry.size ?? 0, 'x'));
    writePadding(write, entry.size ?? 0);
  }
  writeEnd(write);
  return Buffer.concat(parts);
}

describe.skipIf(!isRoot)('tslab cp with an archive (skipped without root: it runs containers)', () => {
  const containers: Record<string, Container> = {};
  const SCRIPT =
    'mkdir -p /w/to; umask 027; printf text > /w/file; ln /w/file /w/to/hard; ln -s / /w/out; ln -s to /w/alias; exec sleep 1000';
  beforeAll(async () => {
    for (const name of ['running', 'stopped']) {
      const one = runDetached(name, SCRIPT);
      await until(() => listProcesses().some(({ pid, comm }) => pid === one.state.init.pid && comm === 'sleep'));
      containers[name] = one;
    }
    await killInit(containers.stopped as Container);
  });
  const upper = (name: string, path: string) => join((containers[name] as Container).directory, 'upper', path);

  describe.each(['running', 'stopped'])('of a container that is %s', (name) => {
    it('writes what GNU tar extracts: modes, owners, times to the nanosecond, links of both kinds', () => {
      execFileSync('chown', ['1234:5678', upper(name, 'w/file')]);
      execFileSync('touch', ['-d', '2001-02-03 04:05:06.123456789', upper(name, 'w/file')]);
      const { stdout, stderr, status } = given(Buffer.alloc(0), 'cp', `${name}:/w`, '-');
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
      const to = mkdtempSync(join(here, 'out-'));
      execFileSync('tar', ['xpf', '-'], { cwd: to, input: stdout });
      const [theirs, ours] = [upper(name, 'w/file'), join(to, 'w/file')].map((path) =>
        lstatSync(path, { bigint: true }),
      );
      expect(ours).toMatchObject({ mode: 0o100640n, uid: 1234n, gid: 5678n, mtimeNs: theirs?.mtimeNs, nlink: 2n });
      expect(statSync(join(to, 'w/to/hard')).ino).toBe(statSync(join(to, 'w/file')).ino);
      expect(readlinkSync(join(to, 'w/out'))).toBe('/');
    });

    it('names the members as docker does: by the last name of the path, or ./ for what is in it', () => {
      const names = (path: string, ...flags: string[]) =>
        execFileSync('tar', ['t'], { input: given(Buffer.alloc(0), 'cp', ...flags, `${name}:${path}`, '-').stdout })
          .toString()
          .split('\n')
          .slice(0, 2);
      expect(names('/w/to')).toEqual(['to/', 'to/hard']);
      expect(names('/w/to/.')).toEqual(['./', './hard']);
      expect(names('/w/file')).toEqual(['file', '']);
      expect(names('/w/alias')).toEqual(['alias', '']);
      expect(names('/w/alias', '-L')).toEqual(['to/', 'to/hard']);
    });

    it('extracts what GNU tar wrote, and gives the same back', () => {
      const from = mkdtempSync(join(here, 'in-'));
      const script = `mkdir -p a/b; printf x > a/${'n'.repeat(200)}; ln a/n* a/b/hard; ln -s ../.. a/b/up; chmod 4711 a/n*
        printf y > "$(printf 'a/caf\\351')"; chown 1234:5678 a/b/up a/b/hard; chmod 2750 a/b; touch -d @1000000000.5 a/b; truncate -s 3M a/large`;
      execFileSync('bash', ['-ec', script], { cwd: from });
      const tree = (cwd: string) =>
        execFileSync('find', ['a', '-printf', '%p %y %m %U %G %s %T@ %n %l\\n'], { cwd, encoding: 'latin1' })
          .split('\n')
          .map((line) => (/ d /.test(line) ? line.replace(/ \d+ ([\d.]+) \d+ $/, ' $1') : line))
          .sort();
      const bytes = execFileSync('tar', ['cf', '-', '--format=pax', 'a'], { cwd: from, maxBuffer: 1 << 24 });
      expect(given(bytes, 'cp', '-', `${name}:/w/alias`)).toMatchObject({ stderr: '', status: 0 });
      expect(tree(upper(name, 'w/to'))).toEqual(tree(from));
      const back = mkdtempSync(join(here, 'back-'));
      execFileSync('tar', ['xpf', '-'], {
        cwd: back,
        input: given(Buffer.alloc(0), 'cp', `${name}:/w/to/a`, '-').stdout,
      });
      expect(tree(back)).toEqual(tree(from));
    });

    it('never leaves the root, whatever names and links an archive has', () => {
      const escaped = `/tslab-test-archive-${name}`;
      const bytes = archive(
        { name: `//${escaped}-absolute` },
        { name: 'link', type: 'symbolic link', linkName: '/' },
        { name: `link${escaped}-link` },
        { name: 'up', type: 'symbolic link', linkName: '../../../../../../../../../..' },
        { name: `up${escaped}-up` },
        { name: 'host', type: 'symbolic link', linkName: `/proc/${process.pid}/root` },
      );
      expect(given(bytes, 'cp', '-', `${name}:/w`)).toMatchObject({ stderr: '', status: 0 });
      expect(existsSync(upper(name, `w${escaped}-absolute`))).toBe(true);
      for (const link of ['link', 'up']) expect(existsSync(upper(name, `${escaped}-${link}`))).toBe(true);
      for (const entry of [
        { name: `../..${escaped}` },
        { name: `to/../../../..${escaped}` },
        { name: `host${escaped}` },
        { name: 'stolen', type: 'hard link', linkName: '../../etc/passwd' } as const,
        { name: 'stolen', type: 'hard link', linkName: 'host/etc/passwd' } as const,
        { name: 'out', type: 'directory' } as const,
      ]) {
        expect(given(archive(entry), 'cp', '-', `${name}:/w`).status).toBe(1);
      }
      expect(existsSync(upper(name, 'w/stolen'))).toBe(false);
      expect(readdirSync('/').filter((entry) => entry.startsWith('tslab-test-archive'))).toEqual([]);
    });

    it('makes no device and no pipe, and says so', () => {
      const types = ['character device', 'block device', 'pipe'] as const;
      const bytes = archive(...types.map((type) => ({ name: type, type })), { name: 'after', size: 600 });
      const { status, stderr } = given(bytes, 'cp', '-', `${name}:/w`);
      expect(stderr).toMatch(/left out what is no file.*: character device, block device, pipe\n/);
      expect(status).toBe(0);
      expect(readFileSync(upper(name, 'w/after'), 'utf8')).toBe('x'.repeat(600));
    });

    it('takes capabilities of a program from an archive, and nothing that overlayfs would read', () => {
      const value = Buffer.from('0100000200040000000000000000000000000000', 'hex');
      const attributes = new Map([
        ['security.capability', value],
        ['trusted.overlay.opaque', Buffer.from('y')],
        ['user.note', Buffer.from('n')],
      ]);
      expect(given(archive({ name: 'able', attributes }), 'cp', '-', `${name}:/w`).status).toBe(0);
      const back = given(Buffer.alloc(0), 'cp', `${name}:/w/able`, '-').stdout.toString('latin1');
      expect(back).toContain(`SCHILY.xattr.security.capability=${value.toString('latin1')}\n`);
      const found = spawnSync('python3', ['-c', `import os; print(os.listxattr('${upper(name, 'w/able')}'))`]);
      if (found.status === 0) expect(found.stdout.toString()).not.toMatch(/user\.note|opaque/);
    });

    it('replaces files by files, and nothing by something of another kind', () => {
      const put = (...entries: Partial<TarEntry>[]) => given(archive(...entries), 'cp', '-', `${name}:/w`);
      expect(put({ name: 'kind/a', size: 1 }, { name: 'kind/a', size: 2 }).status).toBe(0);
      expect(statSync(upper(name, 'w/kind/a')).size).toBe(2);
      expect(put({ name: 'kind' }).stderr).toBe('Error: cannot overwrite directory "kind" with non-directory\n');
      expect(put({ name: 'kind/a', type: 'directory' }).stderr).toBe(
        'Error: cannot overwrite non-directory "kind/a" with directory\n',
      );
    });

    it.each([
      [
        'a directory that is not there',
        Buffer.alloc(0),
        '/nowhere',
        /^Error: destination "\w+:\/nowhere" must be a directory\n$/,
      ],
      ['a file', Buffer.alloc(0), '/w/file', /^Error: destination "\w+:\/w\/file" must be a directory\n$/],
      ['what is no archive', Buffer.alloc(600, 'text'), '/w', /^Error: invalid tar header/],
      ['half an archive', archive({ name: 'half', size: 9000 }).subarray(0, 4000), '/w', /^Error: unexpected EOF/],
    ])('refuses %s', (_, bytes, to, message) => {
      const { status, stderr } = given(bytes, 'cp', '-', `${name}:${to}`);
      expect(stderr).toMatch(message);
      expect(status).toBe(1);
    });

    it('goes through a pipe to another container, and ends where nobody reads', () => {
      const before = takeSnapshot();
      const { status, stderr } = shell(`tslab cp ${name}:/etc - | tslab cp - running:/w/to`);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(readdirSync(upper('running', 'w/to/etc'))).toContain('passwd');
      execFileSync('truncate', ['-s', '64M', join(here, 'large')]);
      const large = `tslab cp ${join(here, 'large')} ${name}:/w; tslab cp ${name}:/w/large - | head -c 9 >/dev/null; echo \${PIPESTATUS[0]}`;
      expect(shell(large)).toMatchObject({ stdout: '141\n', stderr: '' });
      expect([...takeSnapshot().mount]).toEqual([...before.mount]);
    });
  });

  it('is not written to a terminal', async () => {
    const { status, stdout } = await atTerminal('cp running:/etc -').ended;
    expect(stdout).toMatch(/^Error: cowardly refusing to write an archive to a terminal/);
    expect(status).toBe(1);
  });

  it('is not led out of the root by a container that swaps directories for links meanwhile (CVE-2018-15664)', () => {
    const swap = 'mkdir /w /w/dir; while :; do mv /w/dir /w/aside; ln -s / /w/dir; rm /w/dir; mv /w/aside /w/dir; done';
    runDetached('swapper', swap);
    const bytes = archive(
      ...Array.from({ length: 2000 }, (_, i) => ({ name: `dir/${i % 2 ? '' : 'x/'}tslab-test-swap` })),
    );
    for (let attempt = 0; attempt < 4; attempt++) given(bytes, 'cp', '-', 'swapper:/w');
    expect(existsSync('/tslab-test-swap')).toBe(false);
    expect(existsSync('/x')).toBe(false);
  });
});
