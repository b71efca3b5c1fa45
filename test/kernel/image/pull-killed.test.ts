import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findImage, imageDirectories } from '../../../src/image/store/images.js';
import { blobPath, imagesDirectory } from '../../../src/image/store/layout.js';
import { sha256 } from '../../support/layers/image-archive.js';
import { listing } from '../../support/layers/listing.js';
import { archive, member } from '../../support/layers/raw-tar.js';
import { addImage } from '../../support/registry-image.js';
import { TestRegistry } from '../../support/registry-server.js';

/** How often; TSLAB_KILLS=200 takes some minutes. */
const KILLS = Number(process.env.TSLAB_KILLS ?? 6);
/** ms from the first request to the last of the kills. */
const SPREAD = 400;
const FILES = Array.from({ length: 300 }, (_, i) => member({ name: `d/${i}`, content: randomBytes(5000) }));
const LAYERS = [
  archive(...FILES),
  ...[1, 2, 3].map((i) => archive(member({ name: `${i}`, content: randomBytes(1_000_000) }))),
];

let state = '';
const before = process.env.TSLAB_STATE;
beforeAll(() => {
  state = mkdtempSync(join(tmpdir(), 'tslab-killed-'));
  process.env.TSLAB_STATE = state;
});
afterAll(() => {
  if (before === undefined) delete process.env.TSLAB_STATE;
  else process.env.TSLAB_STATE = before;
  rmSync(state, { recursive: true });
});

/** Runs `tslab pull`; kills it so many ms after the registry was asked first. Resolves with its exit status, null where it was killed. */
async function pull(registry: TestRegistry, killAfter?: number): Promise<number | null> {
  const asked = registry.requests.length;
  const child = spawn(process.execPath, ['dist/bin/tslab.cjs', 'pull', '-q', `${registry.host}/app:1`], {
    stdio: 'ignore',
  });
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  if (killAfter !== undefined) {
    while (registry.requests.length === asked && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 2));
    setTimeout(() => child.kill('SIGKILL'), killAfter);
  }
  return await ended;
}

describe('a pull that is killed', () => {
  it(`${KILLS} times, at any moment, leaves nothing damaged: the next one completes it`, {
    timeout: 60_000 + KILLS * 5000,
  }, async () => {
    await using registry = await TestRegistry.start();
    addImage(registry, LAYERS, 'app:1');
    const name = `${registry.host}/app:1`;
    const statuses: (number | null)[] = [];
    for (let i = 0; i < KILLS; i++) {
      statuses.push(await pull(registry, Math.random() * SPREAD));
      expectWhole();
      // It is complete: the next one begins anew.
      if (statuses.at(-1) === 0) rmSync(join(state, 'images'), { recursive: true });
    }
    expect(statuses).toContain(null);
    expect(await pull(registry)).toBe(0);
    expectWhole();
    const [top = [], ...others] = imageDirectories(findImage(name)).map((directory) => listing(directory));
    expect([top, ...others].map(({ length }) => length)).toEqual([1, 1, 1, 301]);
    expect(
      ['layers', 'ingest']
        .flatMap((below) => readdirSync(imagesDirectory(below)))
        .filter((one) => !/^[0-9a-f]{64}$/.test(one)),
    ).toEqual([]);
    expect(readdirSync(imagesDirectory('ingest'))).toEqual([]);
  });
});

/** What has a name has the content that the name says. */
function expectWhole(): void {
  for (const name of readdirSync(imagesDirectory('blobs/sha256')))
    expect(sha256(readFileSync(blobPath(`sha256:${name}`)))).toBe(name);
}
