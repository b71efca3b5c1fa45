import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_NAMES, localImage } from '../../../src/image/local/local.js';
import type { Image } from '../../../src/image/store/images.js';
import { blobPath } from '../../../src/image/store/layout.js';
import { findProgram, programDirectories } from '../../../src/kernel/files/program-path.js';

const hasPython = findProgram('python3', programDirectories()) !== undefined;

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-local-image-'));
  process.env.TSLAB_STATE = join(here, 'state');
});
afterAll(() => rmSync(here, { recursive: true }));

function tslab(...words: string[]): string {
  return execFileSync(process.execPath, ['dist/bin/tslab.cjs', ...words], { encoding: 'utf8', stdio: 'pipe' });
}

const run = (...words: string[]) => tslab('run', '--rm', '--network', 'none', ...words);

describe('an image that is made of what this host has', () => {
  it('is made at its first use, and runs the node that runs tslab', () => {
    expect(run('tslab/node', 'node', '-e', 'console.log(process.version, process.pid)')).toBe(`${process.version} 1\n`);
    expect(tslab('images')).toMatch(/^tslab\/node +latest/m);
  });

  it('runs for a user who is not root', () => {
    expect(run('-u', '1234', 'tslab/node', 'node', '-p', 'process.getuid()')).toBe('1234\n');
  });

  it('has blobs that are what their names say, and layers that are not compressed', async () => {
    const { manifest, config } = await made('tslab/node');
    expect(manifest.layers.map(({ digest }) => digest)).toEqual(config.rootfs.diff_ids);
    for (const { digest, size } of [manifest.config, ...manifest.layers]) {
      const bytes = readFileSync(blobPath(digest));
      expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(digest);
      expect(bytes.length).toBe(size);
    }
  });

  it('is made once, and shares its lowest layer with busybox', async () => {
    const before = statSync(join(here, 'state/images/index.json')).ino;
    const node = await made('tslab/node');
    expect(statSync(join(here, 'state/images/index.json')).ino).toBe(before);
    const busybox = await made('busybox');
    expect(busybox.config.rootfs.diff_ids).toEqual(node.config.rootfs.diff_ids.slice(0, 1));
    expect(busybox.names).toEqual(['docker.io/tslab/busybox:latest']);
    expect(readdirSync(join(here, 'state/images/ingest'))).toEqual([]);
  });

  it('gives way to one that somebody has named so', async () => {
    tslab('tag', 'tslab/busybox', 'tslab/other');
    expect(await localImage('tslab/other')).toBeUndefined();
    expect(() => tslab('run', 'tslab/nod')).toThrow('Did you mean tslab/node?');
    expect(LOCAL_NAMES).toContain('tslab/python');
  });

  it.skipIf(!hasPython)('is python with its library, where the host has python3', () => {
    const program = 'import json, ssl, sqlite3, sys; print(json.dumps(sys.argv[1:]), sys.prefix)';
    expect(run('tslab/python', 'python3', '-c', program, 'x')).toBe('["x"] /usr/local\n');
  });
});

describe('busybox', () => {
  it('is run without a store of images', () => {
    const state = join(here, 'fresh');
    const env = { ...process.env, TSLAB_STATE: state };
    const words = ['dist/bin/tslab.cjs', 'run', '--rm', '--network', 'none', 'busybox', 'echo', 'x'];
    expect(execFileSync(process.execPath, words, { encoding: 'utf8', env })).toBe('x\n');
    expect(existsSync(join(state, 'images'))).toBe(false);
  });
});

async function made(name: string): Promise<Image> {
  const image = await localImage(name);
  if (!image) throw new Error(`${name} is not made`);
  return image;
}
