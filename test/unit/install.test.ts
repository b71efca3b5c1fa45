import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

interface Locked {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
}

describe('an installation', () => {
  it('runs no script of a package: npm warns of those, and pnpm refuses them', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
    const ours = Object.entries(packages).filter(([, { dev, devOptional }]) => !dev && !devOptional);
    expect(ours.map(([path]) => path)).toContain('node_modules/@koromix/koffi-linux-arm64');
    expect(ours.filter(([, { hasInstallScript }]) => hasInstallScript)).toEqual([]);
  });

  it('runs none of its own outside of a clone, where nothing is to be compiled', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) expect(scripts).not.toHaveProperty(name);
  });
});

describe('a clone without what compiles it', () => {
  it('says what to type, when it is installed and whenever tslab is called', () => {
    const clone = mkdtempSync(join(tmpdir(), 'tslab-clone-'));
    onTestFinished(() => rmSync(clone, { recursive: true }));
    const options = { cwd: clone, encoding: 'utf8', env: { PATH: '/nowhere' } } as const;
    const said = 'tsc and rolldown cannot be found.*\n {2}npm install --include=dev\n';
    const installed = spawnSync(process.execPath, [resolve('scripts/prepare.mjs')], options);
    expect([installed.status, installed.stderr]).toEqual([1, expect.stringMatching(said)]);
    const called = spawnSync(process.execPath, [join(clone, 'dist/bin/tslab.cjs'), 'list'], options);
    expect([called.status, called.stdout, called.stderr]).toEqual([3, '', installed.stderr]);
  });

  it('is compiled where both are there', () => {
    const options = { encoding: 'utf8', env: { PATH: resolve('node_modules/.bin') } } as const;
    expect(spawnSync(process.execPath, ['scripts/prepare.mjs'], options)).toMatchObject({ status: 0, stderr: '' });
  });
});
