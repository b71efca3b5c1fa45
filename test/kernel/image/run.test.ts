import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureRootfs } from '../../../src/rootfs/rootfs.js';
import { stateDirectory } from '../../../src/state/directories.js';
import { tryLock } from '../../../src/state/lock.js';
import { dockerArchive, sha256 } from '../../support/layers/image-archive.js';
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

/** Does some work while a command has its image and waits for the lock of the volumes, then lets it go on. What it printed. */
async function whenChosen(words: readonly string[], work: () => void): Promise<string> {
  const lock = tryLock(join(stateDirectory('volumes'), '.lock'));
  const creating = spawn(process.execPath, ['dist/bin/tslab.cjs', ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const waiting = new RegExp(`^\\d+: -> FLOCK +ADVISORY +WRITE ${creating.pid} `, 'm');
  while (!waiting.test(readFileSync('/proc/locks', 'utf8'))) await setTimeout(20);
  try {
    work();
  } finally {
    lock?.[Symbol.dispose]();
  }
  return (await text(creating.stdout)).trim();
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

  it('keeps its layers while a container is made of it, though it is removed meanwhile', async () => {
    const only = archive(member({ name: 'only-here', content: 'still here' }));
    writeFileSync(join(here, 'gone.tar'), dockerArchive([only], { Cmd: ['x'] }, ['gone:1']).bytes);
    tslab('load', '-q', '-i', join(here, 'gone.tar'));
    const layer = join(here, 'state/images/layers', sha256(only), 'diff/only-here');
    const words = ['create', '--network', 'none', '-v', 'own:/v', 'gone:1'];
    const id = await whenChosen(words, () => {
      expect(tslab('rmi', 'gone:1')).toMatch(/^Untagged: gone:1\nDeleted: sha256:[0-9a-f]{64}\n$/);
    });
    expect(existsSync(layer)).toBe(true);
    tslab('image', 'prune', '-f');
    expect(tslab('cp', `${id}:/only-here`, '-')).toContain('still here');
    tslab('rm', '-v', id);
    tslab('image', 'prune', '-f');
    expect(existsSync(layer)).toBe(false);
  });

  it('may have several names, and another image may take one', () => {
    tslab('tag', 'app:1', 'localhost:5000/team/app');
    expect(tslab('images')).toMatch(/localhost:5000\/team\/app +latest/);
    expect(tslab('run', '--rm', '--network', 'none', 'localhost:5000/team/app', 'echo same')).toBe('same\n');
    expect(() => tslab('tag', 'none', 'x')).toThrow('No such image: none');
    expect(() => tslab('tag', 'app:1', 'Capital')).toThrow('repository name must be lowercase');
  });

  it('without a command is given one, and an interpreter that is not there is thought of', () => {
    const script = member({ name: 'run.sh', content: '#!/bin/sh\r\n', mode: 0o755 });
    writeFileSync(join(here, 'bare.tar'), archive(script));
    tslab('import', join(here, 'bare.tar'), 'bare:1');
    const refused = (...words: string[]) => {
      const run = ['dist/bin/tslab.cjs', 'run', '--rm', '--network', 'none', 'bare:1', ...words];
      const { stderr, status } = spawnSync(process.execPath, run, { encoding: 'utf8' });
      return `${status}: ${stderr}`;
    };
    expect(refused()).toMatch(/^125: tslab: no command specified\nbare:1 has neither CMD nor ENTRYPOINT/);
    expect(refused('/run.sh')).toMatch(/^127: .*"\/run\.sh": no such file .*\n.*\(#!\).*sed -i 's\/\\r\$\/\/' FILE\n$/);
    tslab('rmi', 'bare:1');
  });

  it.each([
    ['run', '--pull', 'never', 'ap:1'],
    ['run', '--dry-run', 'ap:1'],
    ['create', '--pull', 'never', 'ap:1'],
    ['bundle', 'ap:1', '/nowhere/b'],
    ['tag', 'ap:1', 'x'],
    ['push', 'ap:1'],
    ['save', 'ap:1'],
    ['history', 'ap:1'],
    ['image', 'inspect', 'ap:1'],
    ['inspect', 'ap:1'],
    ['rmi', 'ap:1'],
  ])('is named where its name is misspelt: %s', (...words) => {
    const { stderr, status } = spawnSync(process.execPath, ['dist/bin/tslab.cjs', ...words], { encoding: 'utf8' });
    expect(stderr).toContain('Did you mean app:1?');
    expect(status).not.toBe(0);
  });
});
