import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSpecFile } from '../../../src/oci/config-json.js';
import { ensureRootfs } from '../../../src/rootfs/rootfs.js';
import { dockerArchive } from '../../support/layers/image-archive.js';
import { archive, member } from '../../support/layers/raw-tar.js';
import { needs } from '../../support/needs.js';
import { tslab } from '../tslab.js';

const SETTINGS = {
  Entrypoint: ['sh', '-c'],
  Cmd: ['id -u; id -g; pwd; cat hello /data/file; echo $A $B; ls /bin/vi; exit 7'],
  Env: ['A=1', 'B=2'],
  WorkingDir: '/app',
  User: 'app',
  Volumes: { '/data': {} },
  ExposedPorts: { '80/tcp': {} },
};

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-bundle-image-'));
  process.env.TSLAB_STATE = join(here, 'state');
  const base = execFileSync('tar', ['cf', '-', '-C', ensureRootfs().path, '.'], { maxBuffer: 2 ** 28 });
  const app = archive(
    member({ name: 'etc/passwd', content: 'app:x:7:8::/app:/bin/sh\n' }),
    member({ name: 'bin/.wh.vi' }),
    member({ name: 'app/', type: '5', mode: 0o750, uid: 7, gid: 8 }),
    member({ name: 'app/hello', content: 'hello\n' }),
    member({ name: 'data/file', content: 'of the image\n' }),
  );
  mkdirSync(join(here, 'runc'));
  writeFileSync(join(here, 'app.tar'), dockerArchive([base, app], SETTINGS, ['app:1']).bytes);
  expect(tslab(['load', '-i', join(here, 'app.tar')]).status).toBe(0);
});
afterAll(() => rmSync(here, { recursive: true }));

const box = () => join(here, 'box');
const inRoot = (path: string) => join(box(), 'rootfs', path);

describe('a bundle of an image of the store', () => {
  it('has the files of all its layers, and what its config says', () => {
    expect(tslab(['bundle', '-e', 'B=3', 'app:1', box()])).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const programs = readdirSync(inRoot('bin'));
    expect(programs).toContain('sh');
    expect(programs.filter((name) => name === 'vi' || name.startsWith('.wh'))).toEqual([]);
    expect(readFileSync(inRoot('data/file'), 'utf8')).toBe('of the image\n');
    const { mode, uid, gid } = statSync(inRoot('app'));
    expect([mode & 0o7777, uid, gid]).toEqual([0o750, 7, 8]);
    const { process: program, mounts, root } = readSpecFile(join(box(), 'config.json'));
    expect(program).toMatchObject({ args: [...SETTINGS.Entrypoint, ...SETTINGS.Cmd], cwd: '/app' });
    expect(program.user).toMatchObject({ uid: 7, gid: 8 });
    expect(program.env).toEqual(expect.arrayContaining(['A=1', 'B=3', 'HOME=/app']));
    expect(mounts.map(({ destination }) => destination)).not.toContain('/data');
    expect(root.path).toBe('rootfs');
  });

  it('is run by runc as tslab runs the image', (test) => {
    needs(test, 'runc');
    const ours = tslab(['run', '--rm', '--network', 'none', '-e', 'B=3', 'app:1']);
    expect(ours.stdout).toBe('7\n8\n/app\nhello\nof the image\n1 3\n');
    const words = ['--root', join(here, 'runc'), 'run', '--bundle', box(), `tslab-test-${process.pid}`];
    const theirs = spawnSync('runc', words, { encoding: 'utf8' });
    expect([theirs.status, theirs.stdout, theirs.stderr]).toEqual([ours.status, ours.stdout, ours.stderr]);
    expect(ours.status).toBe(7);
  });

  it('has another command and entrypoint where they are given, and no volume by -v', () => {
    rmSync(box(), { recursive: true });
    const args = () => readSpecFile(join(box(), 'config.json')).process.args;
    expect(tslab(['bundle', '--entrypoint', 'ls', 'app:1', box(), '/']).status).toBe(0);
    expect(args()).toEqual(['ls', '/']);
    rmSync(box(), { recursive: true });
    expect(tslab(['bundle', '-v', '/other', 'app:1', box()])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('a bundle can have no volume, as at /other'),
    });
    expect(readdirSync(here).sort()).toEqual(['app.tar', 'runc', 'state']);
  });
});
