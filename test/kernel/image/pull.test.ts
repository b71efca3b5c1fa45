import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Digest } from '../../../src/image/digest.js';
import { parseReference } from '../../../src/image/reference.js';
import { findImage, imageDirectories, listImages } from '../../../src/image/store/images.js';
import { openIngest } from '../../../src/image/store/ingest.js';
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

  it('of more layers than are downloaded at once: those that are here wait for nothing', async () => {
    await using registry = await TestRegistry.start();
    addImage(registry, [BASE, ...['1', '2', '3', '4'].map((name) => archive(member({ name })))]);
    const states = async () => {
      const seen: string[] = [];
      await pull(registry, { tell: (event) => event.type === 'layer' && seen.push(event.state) });
      return seen;
    };
    expect(await states()).toEqual(expect.arrayContaining(['announced', 'waiting', 'unpacked']));
    expect([...new Set(await states())]).toEqual(['unpacking', 'present']);
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

describe('a layer that takes long to come', () => {
  const halves = ['first', 'second'].map((name) => member({ name, content: randomBytes(1_500_000) }));
  const digestOfLayer = ({ blobs }: TestRegistry) =>
    [...blobs].find(([, { length }]) => length > 1_000_000)?.[0] as Digest;

  /** A registry that sends half of the layer, and the rest when it may. */
  async function slow(until: Promise<void>): Promise<TestRegistry> {
    const fault = ({ url = '', method = '' }: IncomingMessage) =>
      method === 'GET' && url.endsWith(digestOfLayer(registry)) ? { pauseAfter: 2_000_000, until } : undefined;
    const registry = await TestRegistry.start({ fault });
    addImage(registry, [archive(...halves), BASE]);
    return registry;
  }

  const layers = () => readdirSync(imagesDirectory('layers'));
  const unpacked = () =>
    layers().map((name) => [name.slice(0, 4), readdirSync(imagesDirectory(`layers/${name}/diff`))]);

  it('is unpacked meanwhile, and has its name, as those on it, when all of it is right', async () => {
    let go = () => {};
    await using registry = await slow(new Promise((resolve) => (go = resolve)));
    const pulled = pull(registry);
    await expect
      .poll(() => unpacked().sort())
      .toEqual([
        ['.tmp', ['etc']],
        ['.tmp', ['first']],
      ]);
    go();
    const { image } = await pulled;
    expect(imageDirectories(image).map((directory) => listing(directory))).toEqual([
      ['etc/ 755', 'etc/a 644 4'],
      ['first 644 1500000', 'second 644 1500000'],
    ]);
    expect(leftovers()).toEqual([]);
  });

  it('goes where the pull is interrupted; what was downloaded stays, and is unpacked first the next time', async () => {
    const interrupted = new AbortController();
    await using registry = await slow(new Promise(() => {}));
    const pulled = pull(registry, { signal: interrupted.signal });
    await expect.poll(() => unpacked().flat(2)).toContain('first');
    interrupted.abort();
    await expect(pulled).rejects.toThrow();
    expect([layers(), leftovers()]).toEqual([[], []]);
    const [ingest = ''] = readdirSync(imagesDirectory('ingest'));
    expect(`sha256:${ingest}`).toBe(digestOfLayer(registry));
    await using quick = await TestRegistry.start();
    addImage(quick, [archive(...halves), BASE]);
    await pull(quick);
    expect(quick.sent).toBeLessThan(2_500_000);
    expect([layers().length, leftovers()]).toEqual([2, []]);
  });

  it('is had anew where what an earlier attempt has left is damaged', async () => {
    await using registry = await TestRegistry.start();
    addImage(registry, [archive(...halves), BASE]);
    {
      using damaged = openIngest(digestOfLayer(registry));
      damaged.write(Buffer.alloc(1_000_000));
    }
    await pull(registry);
    expect(registry.requests.filter((line) => line.endsWith(digestOfLayer(registry)))).toHaveLength(2);
    expect([layers().length, leftovers()]).toEqual([2, []]);
  });
});

describe('a registry that asks for something', () => {
  it('has tokens of a service, which may run out at any time', async () => {
    await using registry = await filled({ token: 'me:secret' });
    const credentials = { username: 'me', password: 'secret' };
    const isBlob = (event: TransferEvent) => event.type === 'layer' && event.state === 'announced';
    await pull(registry, { credentials, tell: (event) => isBlob(event) && registry.tokens++ });
    expect(registry.tokens).toBeGreaterThan(2);
    expect(leftovers()).toEqual([]);
    await expect(pull(registry, { credentials: { ...credentials, password: 'wrong' } })).rejects.toThrow(
      /lets nobody in with the credentials that are kept for it: its token service .* answers 401 UNAUTHORIZED/,
    );
    await expect(pull(registry)).rejects.toThrow(/lets nobody in: its token service/);
  });

  it('gives tokens to anybody, and is asked again when it has time', async () => {
    const waits: TransferEvent[] = [];
    const busy = { status: 429, headers: { 'Retry-After': '1' }, body: '' };
    await using registry = await filled({ token: '', fault: faults(busy) });
    await pull(registry, { tell: (event) => event.type === 'retry' && waits.push(event) });
    expect(waits).toEqual([{ type: 'retry', seconds: 1, why: '429' }]);
  });

  it('sends on to a host that is told no password', async () => {
    const seen: (string | undefined)[] = [];
    await using other = await filled({ fault: ({ headers }) => void seen.push(headers.authorization) });
    const location = (url = '') => ({ status: 307, headers: { Location: `${other.origin}${url}` } });
    const sends = (request: IncomingMessage) => (request.url?.includes('/blobs/') ? location(request.url) : undefined);
    await using registry = await TestRegistry.start({ basic: 'me:secret', fault: sends });
    addImage(registry, [BASE, APP]);
    for (const [digest, bytes] of registry.blobs) if (!other.blobs.has(digest)) other.add('team/app', bytes);
    await pull(registry, { credentials: { username: 'me', password: 'secret' } });
    expect(seen.length).toBe(3);
    expect(new Set(seen)).toEqual(new Set([undefined]));
  });
});

describe('what is no image for this machine', () => {
  const index = (registry: TestRegistry, platforms: readonly string[]) => {
    const manifests = platforms.map((platform) => {
      const [os, architecture] = platform.split('/') as [string, string];
      const digest = addImage(registry, [BASE], `team/app:${architecture}`, architecture);
      const size = registry.blobs.get(digest)?.length;
      return { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size, platform: { os, architecture } };
    });
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
    return registry.add('team/app', bytes, { type: mediaType, tag: 'all' });
  };
  const own = process.arch === 'x64' ? 'amd64' : process.arch;

  it('is left out of a list for several, unless it is asked for', async () => {
    await using registry = await TestRegistry.start();
    const digest = index(registry, ['unknown/unknown', 'linux/s390x', `linux/${own}`]);
    const pulled = await pull(registry, {}, 'team/app:all');
    expect([pulled.digest, pulled.image.config.architecture, pulled.notes]).toEqual([digest, own, []]);
    const platform = { os: 'linux', architecture: 's390x' };
    expect((await pull(registry, { platform }, 'team/app:all')).image.config.architecture).toBe('s390x');
    await expect(pull(registry, { platform: { os: 'plan9', architecture: 'mips' } }, 'team/app:all')).rejects.toThrow(
      'no matching manifest for plan9/mips',
    );
    expect((await pull(registry, {}, 'team/app:s390x')).notes).toEqual([
      `the image is for linux/s390x, and this machine is linux/${own}`,
    ]);
    expect((await pull(registry, { platform }, `team/app:${own}`)).notes).toEqual([
      `the image is for linux/${own}, and not for linux/s390x`,
    ]);
  });

  it.each([
    ['of schema 1', { schemaVersion: 1, fsLayers: [] }, '', 'has a manifest of schema 1'],
    ['a list of nothing', { schemaVersion: 2, manifests: [] }, '', 'no matching manifest'],
    ['something else', { mediaType: 'text/plain' }, 'text/plain', 'is no image, but text/plain'],
    ['an artifact', { ...manifestWith('application/vnd.cncf.helm.config.v1+json') }, '', 'no image that can be run'],
    ['damaged', { config: 7, layers: [] }, '', 'is damaged'],
  ])('is refused in words: %s', async (_, json, type, message) => {
    await using registry = await TestRegistry.start();
    registry.add('team/app', Buffer.from(JSON.stringify(json)), { type, tag: '1' });
    await expect(pull(registry)).rejects.toThrow(message);
    expect([listImages(), leftovers()]).toEqual([[], []]);
  });

  it('is refused where a layer is longer than its manifest says', async () => {
    await using registry = await filled();
    const layer = [...registry.blobs].find(([, { length }]) => length > 1_000_000) as [string, Buffer];
    registry.blobs.set(layer[0], Buffer.concat([layer[1], Buffer.from('more')]));
    await expect(pull(registry)).rejects.toThrow(/is longer than the \d+ bytes that its manifest says/);
    expect(listImages()).toEqual([]);
  });
});

function manifestWith(mediaType: string): object {
  return { schemaVersion: 2, config: { mediaType, digest: `sha256:${'a'.repeat(64)}`, size: 2 }, layers: [] };
}
