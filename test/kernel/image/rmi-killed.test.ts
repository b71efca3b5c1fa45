import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageDirectories, listImages } from '../../../src/image/store/images.js';
import { dockerArchive } from '../../support/layers/image-archive.js';
import { listing } from '../../support/layers/listing.js';
import { archive, member } from '../../support/layers/raw-tar.js';
import { output } from '../runtime-info/containers.js';
import { TSLAB } from '../tslab.js';

/** How often each of them is killed; TSLAB_KILLS=200 takes about twenty minutes. */
const KILLS = Number(process.env.TSLAB_KILLS ?? 3);
const FILES = 400;

const files = (directory: string) =>
  archive(
    ...Array.from({ length: FILES }, (_, i) => member({ name: `${directory}/${i}`, content: randomBytes(2000) })),
  );

let here = '';
/** Milliseconds that each takes where nobody kills it. */
const durations: Record<string, number> = {};
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-rmi-killed-'));
  process.env.TSLAB_STATE = join(here, 'state');
  writeFileSync(join(here, 'base.tar'), dockerArchive([files('base')], { Cmd: ['x'] }, ['base:1']).bytes);
  output('load', '-q', '-i', join(here, 'base.tar'));
  output('create', '--name', 'one', '--network', 'none', 'base:1');
  spawnSync(process.execPath, [TSLAB, 'cp', '-', 'one:/'], { input: files('own') });
  for (const words of [
    ['commit', 'one', 'victim'],
    ['rmi', 'victim'],
  ]) {
    const start = performance.now();
    output(...words);
    durations[words[0] as string] = performance.now() - start;
  }
});
afterAll(() => rmSync(here, { recursive: true }));

/** Whether it was killed at a random moment, and had not ended before. */
async function killed(name: string, ...words: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, [TSLAB, name, ...words], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  // Node itself starts in the first part of it.
  await sleep((0.3 + 0.7 * Math.random()) * (durations[name] ?? 0));
  child.kill('SIGKILL');
  return (await ended)[1] === 'SIGKILL';
}

/** All blobs are right, and each image that has a name has all files of all of its layers. */
function expectWhole(): void {
  expect(output('image', 'verify')).toMatch(
    /^Images: \d+\. All blobs are what their digests say, and unpacked layers what is in them\.\n$/,
  );
  const lengths = new Map<string, number>();
  for (const image of listImages()) {
    const directories = imageDirectories(image);
    expect(directories).toHaveLength(image.names.some((name) => name.includes('base')) ? 1 : 2);
    for (const directory of directories) lengths.set(directory, lengths.get(directory) ?? listing(directory).length);
  }
  expect([...lengths.values()].filter((length) => length !== FILES + 1)).toEqual([]);
}

const below = (name: string) => readdirSync(join(here, 'state/images', name));

describe('what is killed at a random moment leaves the store whole', () => {
  it(`${KILLS} times commit, and as often rmi`, { timeout: 60_000 + KILLS * 30_000 }, async () => {
    let kills = 0;
    for (let i = 0; i < KILLS; i++) {
      if (await killed('commit', 'one', 'victim')) kills++;
      expectWhole();
      output('commit', 'one', 'victim');
      if (await killed('rmi', 'victim')) kills++;
      expectWhole();
    }
    expect(kills).toBeGreaterThan(0);
    output('rm', 'one');
    output('system', 'prune', '-f');
    expectWhole();
    output('system', 'prune', '-af');
    expect([below('blobs/sha256'), below('layers'), below('ingest')]).toEqual([[], [], []]);
    const ledger = join(here, 'state/ledger');
    expect(existsSync(ledger) ? readdirSync(ledger) : []).toEqual([]);
  });
});
