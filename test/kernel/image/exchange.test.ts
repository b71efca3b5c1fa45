import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureRootfs } from '../../../src/rootfs/rootfs.js';
import { needs } from '../../support/needs.js';

const BASE = 'base:1';
/** Made of BASE by a container: /bin/vi is deleted, /file added. */
const APP = 'localhost:5000/team/app:2';

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-exchange-'));
  process.env.TSLAB_STATE = at('state');
  const files = execFileSync('tar', ['cf', '-', '-C', ensureRootfs().path, '.'], { maxBuffer: 2 ** 28 });
  writeFileSync(at('files.tar'), files);
  tslab('import', '-c', 'CMD ["pwd"]', at('files.tar'), BASE);
  tslab('run', '--name', 'made', '--network', 'none', BASE, 'sh', '-c', 'rm /bin/vi; echo x > /file');
  tslab('commit', 'made', APP);
  tslab('rm', 'made');
  tslab('save', '-o', at('all.tar'), BASE, APP);
  tslab('save', '-o', at('app.tar'), APP);
});
afterAll(() => rmSync(here, { recursive: true }));

/** Each test begins with both images, and has a directory of its own. */
let own = '';
beforeEach(() => {
  own = mkdtempSync(join(here, 'test-'));
  tslab('load', '-i', at('all.tar'));
});

const at = (name: string) => join(here, name);
const ownAt = (name: string) => join(own, name);

function run(program: string, ...words: string[]): string {
  return execFileSync(program, words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
  }).trim();
}

const tslab = (...words: string[]) => run(process.execPath, 'dist/bin/tslab.cjs', ...words);
const idOf = (name: string) => tslab('image', 'inspect', '-f', '{{.Id}}', name);

function withInput(input: Buffer, ...words: string[]) {
  return spawnSync(process.execPath, ['dist/bin/tslab.cjs', ...words], { input, encoding: 'utf8' });
}

describe('import', () => {
  it('makes an image of an archive, from a file and from standard input, compressed or not', () => {
    const changes = ['-c', 'CMD ["pwd"]', '--change', 'WORKDIR srv'];
    const id = tslab('import', '-m', 'of files', ...changes, at('files.tar'), 'of-files');
    const config = JSON.parse(readFileSync(at(`state/images/blobs/sha256/${id.slice(7)}`), 'utf8'));
    const [diffId] = config.rootfs.diff_ids;
    expect(diffId).toBe(`sha256:${run('sha256sum', at('files.tar')).split(' ')[0]}`);
    expect(config.history[0].comment).toBe('of files');
    expect(config.config).toEqual({ Cmd: ['pwd'], WorkingDir: '/srv' });
    expect(tslab('run', '--rm', '--network', 'none', 'of-files')).toBe('/srv');
    const again = withInput(gzipSync(readFileSync(at('files.tar'))), 'import', '-', 'zipped');
    expect(again.stderr).toBe('');
    expect(tslab('image', 'inspect', '-f', '{{index .RootFS.Layers 0}}', 'zipped')).toBe(diffId);
    expect(tslab('run', '--rm', '--network', 'none', 'zipped', 'echo', 'runs')).toBe('runs');
    tslab('rmi', 'of-files', 'zipped');
  });

  it('is refused in words, and leaves nothing', () => {
    const before = tslab('images', '-q');
    expect(withInput(Buffer.from('x'), 'import', 'http://example.com/x.tar').stderr).toContain(
      'curl -L http://example.com/x.tar',
    );
    expect(withInput(Buffer.alloc(600, 'x'), 'import', '-').stderr).toMatch(
      /^Error: standard input is no archive, or a damaged one: invalid tar header/,
    );
    expect(withInput(Buffer.alloc(0), 'import', at('none')).stderr).toContain('ENOENT');
    expect(tslab('images', '-q')).toBe(before);
  });
});

describe('save', () => {
  it('writes the same bytes each time, for load, with several images and all names that were given', () => {
    tslab('tag', BASE, 'other');
    const names = [BASE, 'other', APP];
    tslab('save', '-o', ownAt('three.tar'), ...names);
    const again = execFileSync(process.execPath, ['dist/bin/tslab.cjs', 'save', ...names], { maxBuffer: 2 ** 28 });
    expect(again.equals(readFileSync(ownAt('three.tar')))).toBe(true);
    const ids = names.map(idOf);
    tslab('rmi', ...names);
    const loaded = withInput(again, 'load');
    expect(loaded.stderr).toBe('');
    expect(loaded.stdout.split('\n').sort().slice(1)).toEqual(
      names.map((name) => `Loaded image: ${name.replace(/^other$/, 'other:latest')}`).sort(),
    );
    expect(names.map(idOf)).toEqual(ids);
    const repositories = JSON.parse(run('tar', 'xOf', ownAt('three.tar'), 'repositories'));
    expect(Object.keys(repositories)).toEqual(['base', 'other', 'localhost:5000/team/app']);
  });

  it('is refused in words, and leaves no file', () => {
    const save = (...words: string[]) => withInput(Buffer.alloc(0), 'save', '-o', ...words);
    expect(save(ownAt('no/x.tar'), BASE).stderr).toContain('invalid output path');
    expect(save(ownAt('x.tar'), 'none').stderr).toContain('No such image: none');
    expect(existsSync(ownAt('x.tar'))).toBe(false);
    execFileSync('sh', ['-ec', 'mkdir d; mknod full c 1 7; mkfifo pipe; ln -s full link'], { cwd: ownAt('.') });
    for (const name of ['d', 'full', 'pipe', 'link'].map(ownAt)) {
      const { stderr, status } = save(name, BASE);
      expect([status, stderr]).toEqual([
        1,
        expect.stringContaining(`"${name}" must be a regular file
`),
      ]);
    }
    expect(lstatSync(ownAt('full')).isCharacterDevice() && lstatSync(ownAt('link')).isSymbolicLink()).toBe(true);
  });

  it('is loaded when it is compressed with zstd', (test) => {
    needs(test, 'zstd');
    run('zstd', '-q', at('all.tar'), '-o', ownAt('all.tar.zst'));
    expect(tslab('load', '-i', ownAt('all.tar.zst'))).toContain(`Loaded image: ${BASE}`);
  });
});

describe('images', () => {
  it('go to skopeo and come back: archives, and the store as it lies there', (test) => {
    needs(test, 'skopeo');
    const id = idOf(APP);
    for (const source of [`docker-archive:${at('app.tar')}:${APP}`, `oci-archive:${at('app.tar')}`]) {
      run('skopeo', 'copy', '-q', source, `dir:${ownAt('dir')}`);
      expect(JSON.parse(readFileSync(ownAt('dir/manifest.json'), 'utf8')).config.digest).toBe(id);
    }
    const digest = () => tslab('image', 'inspect', '-f', '{{.Descriptor.digest}}', APP);
    const [full, ours] = [`oci:${at('state/images')}:${APP}`, digest()];
    expect(JSON.parse(run('skopeo', 'inspect', full)).Digest).toBe(ours);
    run('skopeo', 'copy', '-q', '--preserve-digests', full, `oci-archive:${ownAt('theirs.tar')}:${APP}`);
    tslab('rmi', APP);
    expect(tslab('load', '-i', ownAt('theirs.tar'))).toBe(`Loaded image: ${APP}`);
    expect([idOf(APP), digest()]).toEqual([id, ours]);
  });

  it('are unpacked by umoci as they are here, and what it adds comes back', (test) => {
    needs(test, 'umoci');
    needs(test, 'skopeo');
    run('skopeo', 'copy', '-q', `oci:${at('state/images')}:${APP}`, `oci:${ownAt('umoci')}:x`);
    run('umoci', 'unpack', '--image', `${ownAt('umoci')}:x`, ownAt('bundle'));
    expect(readFileSync(ownAt('bundle/rootfs/file'), 'utf8')).toBe('x\n');
    expect(existsSync(ownAt('bundle/rootfs/bin/vi'))).toBe(false);
    writeFileSync(ownAt('bundle/rootfs/by-umoci'), 'u\n');
    rmSync(ownAt('bundle/rootfs/file'));
    run('umoci', 'repack', '--image', `${ownAt('umoci')}:y`, ownAt('bundle'));
    run('tar', 'cf', ownAt('umoci.tar'), '-C', ownAt('umoci'), '.');
    const [, id = ''] = /Loaded image ID: (\S+)\s*$/.exec(tslab('load', '-i', ownAt('umoci.tar'))) ?? [];
    expect(tslab('run', '--rm', '--network', 'none', id, 'sh', '-c', 'cat /by-umoci; ls /file 2>&1 | wc -l')).toBe(
      'u\n1',
    );
  });

  it('go to podman and come back with the same ID', (test) => {
    needs(test, 'podman');
    for (const name of ['root', 'runroot', 'podman-tmp']) mkdirSync(ownAt(name));
    const podman = (...words: string[]) =>
      run(
        'podman',
        '--root',
        ownAt('root'),
        '--runroot',
        ownAt('runroot'),
        '--tmpdir',
        ownAt('podman-tmp'),
        '--storage-driver',
        'vfs',
        ...words,
      );
    podman('load', '-q', '-i', at('app.tar'));
    const id = idOf(APP);
    expect(podman('image', 'inspect', '-f', '{{.Id}}', APP)).toBe(id.slice('sha256:'.length));
    podman('save', '-q', '-o', ownAt('podman.tar'), APP);
    tslab('rmi', APP);
    expect(tslab('load', '-i', ownAt('podman.tar'))).toBe(`Loaded image: ${APP}`);
    expect(idOf(APP)).toBe(id);
  });

  it('are built on by buildah', (test) => {
    needs(test, 'buildah');
    for (const name of ['b-root', 'b-runroot']) mkdirSync(ownAt(name));
    const buildah = (...words: string[]) =>
      run('buildah', '--root', ownAt('b-root'), '--runroot', ownAt('b-runroot'), '--storage-driver', 'vfs', ...words);
    const container = buildah('from', `docker-archive:${at('app.tar')}`);
    writeFileSync(ownAt('added'), 'by buildah\n');
    buildah('copy', container, ownAt('added'), '/added');
    buildah('config', '--cmd', 'cat /added /file', container);
    buildah('commit', '-q', container, `oci-archive:${ownAt('buildah.tar')}:built`);
    const [, id = ''] = /Loaded image ID: (\S+)/.exec(tslab('load', '-i', ownAt('buildah.tar'))) ?? [];
    expect(tslab('run', '--rm', '--network', 'none', id)).toBe('by buildah\nx');
    expect(tslab('image', 'verify')).toMatch(/All blobs are what their digests say/);
  });
});
