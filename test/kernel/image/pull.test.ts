import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseReference } from '../../../src/image/reference.js';
import { findImage, imageDirectories, listImages } from '../../../src/image/store/images.js';
import { imagesDirectory } from '../../../src/image/store/layout.js';
import type { TransferEvent } from '../../../src/image/transfer/events.js';
import { type PullOptions, pullImage } from '../../../src/image/transfer/pull.js';
import { ledgerDirectory } from '../../../src/state/ledger/ledger-file.js';
import { listing } from '../../support/layers/listing.js';
import { archive, member } from '../../support/layers/raw-tar.js';
import { addImage } from '../../support/registry-image.js';
import { type Fault, type RegistryOptions, TestRegistry } from '../../support/registry-server.js';

const BASE = archive(member({ name: 'etc/a', content: 'base' }));
const APP = archive(member({ name: 'app', content: randomBytes(3_000_000) }));

let state = '';
const before = { ...process.env };
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'tslab-pull-'));
  process.env.TSLAB_STATE = join(state, 'state');
  process.env.DOCKER_CONFIG = join(state, 'docker');
});
afterEach(() => {
  process.env = { ...before };
  rmSync(state, { recursive: true });
});

async function filled(options: RegistryOptions = {}): Promise<TestRegistry> {
  const registry = await TestRegistry.start(options);
  addImage(registry, [BASE, APP]);
  return registry;
}

const pull = ({ host }: TestRegistry, options: PullOptions = {}, name = 'team/app:1') =>
  pullImage(parseReference(`${host}/${name}`), options);

/** Nothing but whole blobs, whole layers, and no temporary thing. */
function leftovers(): string[] {
  const temporary = ['layers', 'ingest'].flatMap((name) => readdirSync(imagesDirectory(name)));
  return [...temporary.filter((name) => !/^[0-9a-f]{64}$/.test(name)), ...readdirSync(ledgerDirectory())];
}

/** The fault of the n-th request for a blob, from 0. */
function faults(...all: (Fault | undefined)[]): (request: IncomingMessage) => Fault | undefined {
  let count = 0;
  return ({ url = '', method }) => (method === 'GET' && url.includes('/blobs/') ? all[count++] : undefined);
}

describe('an image of a registry', () => {
  it('is pulled: by its name, with the digest of its manifest, unpacked, and only once', async () => {
    await using registry = await TestRegistry.start();
    const digest = addImage(registry, [BASE, APP]);
    const events: TransferEvent[] = [];
    const pulled = await pull(registry, { tell: (event) => events.push(event) });
    expect([pulled.digest, pulled.wasHere, pulled.notes]).toEqual([digest, false, []]);
    const image = findImage(`${registry.host}/team/app:1`);
    expect(image.descriptor.digest).toBe(digest);
    expect(imageDirectories(image).map((directory) => listing(directory))).toEqual([
      ['app 644 3000000'],
      ['etc/ 755', 'etc/a 644 4'],
    ]);
    expect(events.filter(({ type }) => type === 'layer').map((event) => 'state' in event && event.state)).toContain(
      'unpacked',
    );
    expect(leftovers()).toEqual([]);
    const sent = registry.sent;
    expect((await pull(registry)).wasHere).toBe(true);
    expect(registry.sent).toBe(sent);
  });

  it('may be pulled twice at once', async () => {
    await using registry = await filled();
    const [one, other] = await Promise.all([pull(registry), pull(registry)]);
    expect(one.image.id).toBe(other.image.id);
    expect([readdirSync(imagesDirectory('layers')).length, leftovers()]).toEqual([2, []]);
  });

  it('goes on where a connection broke, and where a pull was left', async () => {
    await using registry = await filled({
      fault: faults(undefined, undefined, { breakAfter: 10_000 }, { breakAfter: 20_000 }),
    });
    await pull(registry);
    const whole = [...registry.blobs.values()].reduce((sum, { length }) => sum + length, 0);
    expect(registry.sent).toBeLessThanOrEqual(whole);
    expect(registry.requests.filter((line) => line.includes('/blobs/'))).toHaveLength(5);
    expect(leftovers()).toEqual([]);
  });

  it('is had from a server without ranges, too', async () => {
    await using registry = await filled({ fault: faults(undefined, undefined, { breakAfter: 10_000 }, 'no ranges') });
    await pull(registry);
    expect(leftovers()).toEqual([]);
  });

  it('is refused where a blob is another, and has no name then', async () => {
    await using registry = await filled({ fault: faults(undefined, 'wrong content', 'wrong content') });
    await expect(pull(registry)).rejects.toThrow(/has the digest sha256:.*not what was asked for/);
    expect([listImages(), leftovers()]).toEqual([[], []]);
  });
});
