import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseReference } from '../../../src/image/reference.js';
import { Registry } from '../../../src/image/registry/registry.js';
import { findImage, imageDirectories, listImages } from '../../../src/image/store/images.js';
import { pullImage } from '../../../src/image/transfer/pull.js';
import { pushImage } from '../../../src/image/transfer/push.js';
import { archive, member } from '../../support/layers/raw-tar.js';
import { addImage } from '../../support/registry-image.js';
import { type Fault, TestRegistry } from '../../support/registry-server.js';

const LAYER = archive(member({ name: 'a', content: 'a'.repeat(2000) }));
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

const SCHEMA_1 = 'application/vnd.docker.distribution.manifest.v1';

let here = '';
const before = { ...process.env };
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-odd-registry-'));
  for (const name of ['DOCKER_CONFIG', 'XDG_CONFIG_HOME', 'TSLAB_STATE']) process.env[name] = here;
});
afterEach(() => {
  process.env = { ...before };
  rmSync(here, { recursive: true });
});

type Oddness = (request: IncomingMessage, registry: TestRegistry) => Fault | undefined;

/** A registry with an image that does something else than usual. */
async function odd(oddness: Oddness): Promise<TestRegistry> {
  let registry: TestRegistry | undefined;
  registry = await TestRegistry.start({ fault: (request) => registry && oddness(request, registry) });
  addImage(registry, [LAYER]);
  return registry;
}

const pull = (registry: TestRegistry) => pullImage(parseReference(`${registry.host}/team/app:1`));
const isManifest = ({ url = '', method }: IncomingMessage) => method === 'GET' && url.includes('/manifests/');
const isBlob = ({ url = '', method }: IncomingMessage) => method === 'GET' && /\/blobs\/sha256/.test(url);
const bytesOf = (registry: TestRegistry) => registry.repository('team/app').manifests.get('1')?.bytes as Buffer;
const once = (answer: Fault): Oddness => {
  let isFirst = true;
  return (request) => {
    if (!isManifest(request) || !isFirst) return undefined;
    isFirst = false;
    return answer;
  };
};
const withHeaders =
  (headers: Record<string, string>): Oddness =>
  (request, registry) =>
    isManifest(request) ? { status: 200, headers, body: bytesOf(registry) } : undefined;

describe('an odd registry', () => {
  const cases: [what: string, oddness: Oddness][] = [
    [
      'names another digest',
      withHeaders({ 'content-type': MANIFEST, 'docker-content-digest': `sha256:${'0'.repeat(64)}` }),
    ],
    ['names no digest', withHeaders({ 'content-type': MANIFEST })],
    ['adds a charset', withHeaders({ 'content-type': `${MANIFEST}; charset=utf-8` })],
    ['says that it is JSON', withHeaders({ 'content-type': 'application/json' })],
    ['says no type', withHeaders({})],
    ['has too much to do, and says for how long', once({ status: 429, headers: { 'retry-after': '0' } })],
    ['has too much to do until a date', once({ status: 503, headers: { 'retry-after': new Date(0).toUTCString() } })],
    ['fails once', once({ status: 502, body: '<html>' })],
    ['sends on, by a relative address', once({ status: 302, headers: { location: '../manifests/1' } })],
    [
      'sends on, by a whole address',
      (request, { origin }) =>
        request.url === '/v2/team/app/manifests/1'
          ? { status: 308, headers: { location: `${origin}/v2/team/app/manifests/1?x` } }
          : undefined,
    ],
  ];

  it.each(cases)('is pulled from where it %s', async (_, oddness) => {
    await using registry = await odd(oddness);
    const { digest } = await pull(registry);
    expect(digest).toBe(findImage(`${registry.host}/team/app:1`).descriptor.digest);
  });

  it.each([
    ['one layer three times', [LAYER, LAYER, LAYER]],
    ['layers of nothing', [Buffer.alloc(0), archive(), Buffer.alloc(0)]],
    ['no layer', []],
  ])('is pulled from what has %s', async (_, layers) => {
    await using registry = await TestRegistry.start();
    addImage(registry, layers);
    const { image } = await pull(registry);
    expect(imageDirectories(image).map((directory) => readdirSync(directory))).toEqual(
      layers.map((layer) => (layer === LAYER ? ['a'] : [])),
    );
  });

  it('is told of in words where a layer is damaged, or leads out', async () => {
    const evil = archive(member({ name: '../x' }));
    for (const [layer, words] of [
      [evil, /the layer's "\.\.\/x" goes up/],
      [Buffer.from('no archive'), /unexpected EOF/],
    ] as const) {
      await using registry = await TestRegistry.start();
      addImage(registry, [LAYER, layer, LAYER]);
      await expect(pull(registry)).rejects.toThrow(words);
      expect(listImages()).toEqual([]);
    }
  });

  it('may have its blobs elsewhere, where no credentials are told', async () => {
    const asked: IncomingMessage[] = [];
    await using store = await odd((request, { blobs }) => {
      asked.push(request);
      const [, digest = ''] = /(sha256:\w+)/.exec(request.url ?? '') ?? [];
      return { status: 200, body: blobs.get(digest) as Buffer };
    });
    const sendOn: Oddness = (request) =>
      isBlob(request)
        ? { status: 307, headers: { location: `${store.origin}/x/${request.url}?X-Amz-Signature=a%2Fb` } }
        : undefined;
    await using registry = await TestRegistry.start({
      token: '',
      fault: (request) => (request.headers.authorization ? sendOn(request, store) : undefined),
    });
    addImage(registry, [LAYER]);
    await pull(registry);
    expect(asked.map(({ url, headers }) => [url?.endsWith('?X-Amz-Signature=a%2Fb'), headers.authorization])).toEqual([
      [true, undefined],
      [true, undefined],
    ]);
  });

  it('tells its password to nobody, nor in another way than it wants, because of who keeps its blobs', async () => {
    const told: (string | undefined)[] = [];
    await using store = await odd(() => ({ status: 401, headers: { 'www-authenticate': 'Basic realm="store"' } }));
    await using registry = await TestRegistry.start({
      token: 'me:secret',
      fault: (request) => {
        if (!request.url?.startsWith('/token')) told.push(request.headers.authorization);
        return isBlob(request) ? { status: 307, headers: { location: `${store.origin}/x` } } : undefined;
      },
    });
    addImage(registry, [LAYER]);
    const credentials = { username: 'me', password: 'secret' };
    using client = await Registry.open({ host: registry.host, repository: 'team/app' }, { credentials });
    await client.manifest('1');
    await expect(client.blob(`sha256:${'a'.repeat(64)}`)).rejects.toThrow('which answers 401');
    await client.manifest('1');
    expect(told.filter((one) => one?.startsWith('Basic'))).toEqual([]);
  });

  const refused: [what: string, oddness: Oddness, words: RegExp][] = [
    [
      'wants that others come back in an hour',
      (r) => (isManifest(r) ? { status: 429, headers: { 'retry-after': '3600' } } : undefined),
      /has had too many requests from here: 429\nTry again in 3600 s/,
    ],
    [
      'wants no one',
      (r) => (isManifest(r) ? { status: 403 } : undefined),
      /is denied: it does not exist, or is not for everybody: 403\ntslab login/,
    ],
    ['wants something that it does not name', (r) => (isManifest(r) ? { status: 401 } : undefined), /is denied/],
    [
      'wants a password',
      (r) => (isManifest(r) ? { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } } : undefined),
      /is denied.*\ntslab login/,
    ],
    [
      'wants a token of nobody',
      (r) => (isManifest(r) ? { status: 401, headers: { 'www-authenticate': 'Bearer realm="/token"' } } : undefined),
      /wants a token of "\/token": that is no service with TLS/,
    ],
    [
      'is a portal that asks for a password',
      () => ({ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Log in!</html>' }),
      /the manifest of .* is damaged|is no image, but text\/html/,
    ],
    [
      'sends around in a circle',
      (r) => (isManifest(r) ? { status: 302, headers: { location: r.url ?? '' } } : undefined),
      /sends on to ".*manifests\/1", which is not followed/,
    ],
    [
      'sends on to nowhere',
      (r) => (isManifest(r) ? { status: 302, headers: { location: 'http://[' } } : undefined),
      /sends on to "http:\/\/\[", which is not followed/,
    ],
    [
      'speaks in riddles',
      (r) =>
        isManifest(r) ? { status: 418, body: '{"errors":[{"code":"TEAPOT","message":"short and stout"}]}' } : undefined,
      /answers 418 TEAPOT: short and stout to a request for manifest 1 of team\/app/,
    ],
    [
      'has a manifest of schema 1',
      (r) =>
        isManifest(r)
          ? {
              status: 200,
              headers: { 'content-type': `${SCHEMA_1}+prettyjws` },
              body: '{"schemaVersion":1,"fsLayers":[]}',
            }
          : undefined,
      /schema 1/,
    ],
    [
      'has a blob that is another',
      (r) => (isBlob(r) ? 'wrong content' : undefined),
      /has the digest sha256:\w+: it is not what was asked for/,
    ],
    [
      'has a blob that is longer',
      (r) => (isBlob(r) ? { status: 200, body: Buffer.alloc(9000) } : undefined),
      /is longer than the \d+ bytes that its manifest says/,
    ],
  ];

  it.each(refused)('is told of in words where it %s', async (_, oddness, words) => {
    await using registry = await odd(oddness);
    const error = await pull(registry).then(
      () => undefined,
      (one) => one,
    );
    expect(error?.name).toBe('UserError');
    expect(`${error.message}\n${error.remedy}`).toMatch(words);
    expect(registry.requests.length).toBeLessThan(12);
  });
});

describe('an odd registry that is pushed to', () => {
  const pushed: [what: string, oddness: Oddness][] = [
    ['knows no HEAD', ({ method }) => (method === 'HEAD' ? { status: 405 } : undefined)],
    ...[400, 401, 403, 404, 405].map((status): [string, Oddness] => [
      `answers ${status} to a mount`,
      ({ url = '' }) => (url.includes('mount=') ? { status } : undefined),
    ]),
    [
      'wants blobs sent to another name of it',
      ({ url = '', method }, { host }) =>
        method === 'POST' && !url.includes('mount=')
          ? {
              status: 202,
              headers: {
                location: `http://localhost:${host.split(':')[1]}/v2/other/blobs/uploads/7${Math.random()}?_state=${Math.random()}`,
              },
            }
          : undefined,
    ],
  ];

  it.each(pushed)('has the image where it %s', async (_, oddness) => {
    await using registry = await odd(oddness);
    await pull(registry);
    const image = findImage(`${registry.host}/team/app:1`);
    const { digest } = await pushImage(image, parseReference(`${registry.host}/other:1`));
    expect(digest).toBe(image.descriptor.digest);
    expect([...registry.repository('other').manifests.keys()]).toContain('1');
  });

  it('is told of where it does not say where a blob is to be sent', async () => {
    await using registry = await odd(({ method }) => (method === 'POST' ? { status: 202 } : undefined));
    await pull(registry);
    const pushing = pushImage(findImage(`${registry.host}/team/app:1`), parseReference(`${registry.host}/other:1`));
    await expect(pushing).rejects.toThrow('does not say where a blob is to be sent: Location: ');
  });
});
