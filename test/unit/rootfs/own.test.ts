import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureRootfs } from '../../../src/rootfs/rootfs.js';
import { walk } from '../../../src/rootfs/walk.js';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tslab-own-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('a root filesystem of the user', () => {
  it('is taken as it is', () => {
    putShell('bin');
    expect(ensureRootfs(root)).toEqual({ path: root, origin: root });
  });

  it('may have its shell behind links, the absolute ones meant from inside', () => {
    putShell('opt/tools');
    symlinkSync('opt/usr', join(root, 'bin'));
    symlinkSync('/opt/tools', join(root, 'opt/usr'));
    expect(ensureRootfs(root).path).toBe(root);
  });

  it('may be named by a link', () => {
    putShell('real/bin');
    symlinkSync('real', join(root, 'link'));
    expect(ensureRootfs(join(root, 'link')).path).toBe(join(root, 'real'));
  });

  it.each<[string, () => string, RegExp]>([
    ['that does not exist', () => join(root, 'none'), /none" does not exist/],
    ['without a name', () => '', /"" does not exist/],
    ['with a NUL in its name', () => '/x\0y', /cannot be reached/],
    ['below a file', () => join(putShell('bin'), 'below'), /cannot be reached: ENOTDIR/],
    ['that is a file', () => putShell('bin'), /sh is not a directory/],
    ['with nothing in it', () => root, /has no shell: .*ENOENT/],
    ['whose shell is a directory', () => join(putShell('bin/sh'), '../../..'), /is not a file/],
    ['whose shell only the host has', () => linkShell('/usr/bin/env'), /has no shell: .*ENOENT/],
    ['whose shell is a link to itself', () => linkShell('sh'), /a loop/],
    ['whose shell may not be run', () => chmod(putShell('bin'), 0o644), /\/bin\/sh is not executable/],
  ])('%s is a mistake that the message explains', (_, prepare, message) => {
    const directory = prepare();
    expect(() => ensureRootfs(directory)).toThrow(message);
    expect(() => ensureRootfs(directory)).toThrow(expect.objectContaining({ name: 'UserError', status: 2 }));
  });
});

describe('a walk inside a root', () => {
  it('never leads above it', () => {
    putShell('bin');
    expect(walk(root, '/../../bin/../../bin/sh').at(-1)?.path).toBe('/bin/sh');
    symlinkSync('../../../../bin/sh', join(root, 'up'));
    expect(walk(root, 'up').map(({ path }) => path)).toEqual(['/up', '/bin', '/bin/sh']);
  });

  it('passes each link and what it points to', () => {
    putShell('usr/bin');
    symlinkSync('usr/bin', join(root, 'bin'));
    const steps = walk(root, '/bin/sh').map(({ path, target }) => (target ? `${path} -> ${target}` : path));
    expect(steps).toEqual(['/bin -> usr/bin', '/usr', '/usr/bin', '/usr/bin/sh']);
  });
});

function putShell(directory: string): string {
  mkdirSync(join(root, directory), { recursive: true });
  const shell = join(root, directory, 'sh');
  writeFileSync(shell, '', { mode: 0o755 });
  return shell;
}

function linkShell(target: string): string {
  mkdirSync(join(root, 'bin'));
  symlinkSync(target, join(root, 'bin/sh'));
  return root;
}

function chmod(file: string, mode: number): string {
  chmodSync(file, mode);
  return root;
}
