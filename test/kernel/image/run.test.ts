import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureRootfs } from '../../../src/rootfs/rootfs.js';
import { dockerArchive } from '../../support/layers/image-archive.js';
import { archive, member } from '../../support/layers/raw-tar.js';

const SETTINGS = {
  Entrypoint: ['sh', '-c'],
  Cmd: ['id -u; pwd; cat hello; echo $A $B; grep -c " /data " /proc/mounts'],
  Env: ['A=1', 'B=2'],
  WorkingDir: '/app',
  User: '7',
  Volumes: { '/data': {} },
  Labels: { of: 'image', both: 'image' },
  StopSignal: 'SIGINT',
  ExposedPorts: { '80/tcp': {} },
  Healthcheck: { Test: ['CMD', 'test', '-e', "it's"], Interval: 5e9 },
};

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-run-image-'));
  process.env.TSLAB_STATE = join(here, 'state');
  const base = execFileSync('tar', ['cf', '-', '-C', ensureRootfs().path, '.'], { maxBuffer: 2 ** 28 });
  const app = archive(member({ name: 'app/hello', content: 'hello\n' }));
  writeFileSync(join(here, 'app.tar'), dockerArchive([base, app], SETTINGS, ['app:1']).bytes);
});
afterAll(() => rmSync(here, { recursive: true }));

function tslab(...words: string[]): string {
  return execFileSync(process.execPath, ['dist/bin/tslab.cjs', ...words], { encoding: 'utf8' });
}

describe('an image that was loaded', () => {
  it('is listed, by its name and without', () => {
    expect(tslab('load', '-i', join(here, 'app.tar'))).toBe('Loaded image: app:1\n');
    expect(tslab('load', '-q', '-i', join(here, 'app.tar'))).toBe('Loaded image: app:1\n');
    expect(tslab('images', '--digests')).toMatch(/^app +1 +sha256:[0-9a-f]{64} /m);
    expect(tslab('images')).toMatch(
      /^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE\napp +1 +[0-9a-f]{12} .* ago +[\d.]+MB\n$/,
    );
    expect(tslab('images', '-q', '--no-trunc')).toMatch(/^sha256:[0-9a-f]{64}\n$/);
  });

  it('is run as it says: entrypoint, command, user, directory, variables, volumes', () => {
    expect(tslab('run', '--rm', '--network', 'none', 'app:1')).toBe('7\n/app\nhello\n1 2\n1\n');
  });

  it('is run otherwise where the command line says so', () => {
    const run = ['run', '--rm', '--network', 'none', '-e', 'B=3', '-w', '/', '-u', '8', '-v', '/tmp:/data'];
    expect(tslab(...run, 'app:1', 'id -u; pwd; echo $A $B; grep -c " /data " /proc/mounts')).toBe('8\n/\n1 3\n1\n');
    expect(tslab(...run, '--entrypoint', 'echo', 'app:1')).toBe('\n');
  });

  it('gives its container labels, ports, a stop signal and a health check', () => {
    tslab('create', '--name', 'made', '--network', 'none', '-l', 'both=own', '--health-retries', '2', 'app:1');
    const [{ Config }] = JSON.parse(tslab('inspect', 'made'));
    tslab('rm', '-v', 'made');
    expect(Config).toMatchObject({
      Image: 'app:1',
      Labels: { of: 'image', both: 'own' },
      StopSignal: 'SIGINT',
      ExposedPorts: { '80/tcp': {} },
      Healthcheck: { Test: ['CMD-SHELL', "'test' '-e' 'it'\\''s'"], Interval: 5e9, Retries: 2 },
    });
  });

  it('may have several names, and another image may take one', () => {
    tslab('tag', 'app:1', 'localhost:5000/team/app');
    expect(tslab('images')).toMatch(/localhost:5000\/team\/app +latest/);
    expect(tslab('run', '--rm', '--network', 'none', 'localhost:5000/team/app', 'echo same')).toBe('same\n');
    expect(() => tslab('tag', 'none', 'x')).toThrow('No such image: none');
    expect(() => tslab('tag', 'app:1', 'Capital')).toThrow('repository name must be lowercase');
  });
});
