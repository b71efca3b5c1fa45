import { readdirSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseReference } from '../../../src/image/reference.js';
import { findImage, listImages, nameImage } from '../../../src/image/store/images.js';
import { imagesDirectory } from '../../../src/image/store/layout.js';
import { newImage } from '../../../src/image/store/new-image.js';
import { pullImage } from '../../../src/image/transfer/pull.js';
import { pushImage } from '../../../src/image/transfer/push.js';
import { archive, member } from '../../support/layers/raw-tar.js';
import { addImage } from '../../support/registry-image.js';
import { type Fault, TestRegistry } from '../../support/registry-server.js';
import { useTemporaryState } from '../../unit/state/temporary-state.js';

useTemporaryState();

const TYPE = 'application/vnd.oci.image';
const LAYER = archive(member({ name: 'a', content: 'a' }));
const pull = ({ host }: TestRegistry) => pullImage(parseReference(`${host}/team/app:1`));
const isBlob = ({ url = '', method }: IncomingMessage) => method === 'GET' && /\/blobs\/sha256/.test(url);
const isManifest = ({ url = '', method }: IncomingMessage) => method === 'GET' && url.includes('/manifests/');

interface Json {
  readonly config: { size: number };
  layers: { mediaType: string; digest: string; size: number; urls?: string[] }[];
  mediaType: string;
}

/** A registry with an image of one layer, whose manifest says something else than is so. */
async function lying(change: (manifest: Json) => void, fault?: (request: IncomingMessage) => Fault | undefined) {
  const registry = await TestRegistry.start(fault && { fault });
  addImage(registry, [LAYER]);
  const manifest: Json = JSON.parse(`${registry.repository('team/app').manifests.get('1')?.bytes}`);
  change(manifest);
  registry.add('team/app', Buffer.from(JSON.stringify(manifest)), { type: manifest.mediaType, tag: '1' });
  return registry;
}

const asItIs = () => {};
const layerIs = (what: Partial<Json['layers'][number]>) => (all: Json) =>
  void Object.assign(Object(all.layers[0]), what);
const sendingOnTo = (location: string) => (request: IncomingMessage) =>
  isBlob(request) ? { status: 302, headers: { location } } : undefined;

async function refusal(registry: TestRegistry): Promise<string> {
  const error = await pull(registry).catch((one) => one);
  expect([error.name, listImages(), readdirSync(imagesDirectory('layers'))]).toEqual(['UserError', [], []]);
  return `${error.message}\n${error.remedy}`;
}

describe('a registry that lies', () => {
  it.each<[string, (manifest: Json) => void, RegExp]>([
    ['a layer', layerIs({ size: 1200 }), /^the blob sha256:\w+ has \d+ bytes, and its manifest says \d+/],
    ['a layer, by far', layerIs({ size: 2 ** 50 }), /bytes, and its manifest says 1125899906842624/],
    ['a config', (all) => void Object.assign(all.config, { size: 5000 }), /bytes, and its manifest says/],
  ])('is told so, and not asked again, where %s is shorter than its manifest says', async (_, change, words) => {
    await using registry = await lying(change);
    expect(await refusal(registry)).toMatch(words);
    expect(registry.requests.length).toBeLessThan(6);
  });

  it.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'data:text/plain,x'])(
    'is not followed to %s',
    async (location) => {
      await using registry = await lying(asItIs, sendingOnTo(location));
      expect(await refusal(registry)).toContain(`sends on to "${location}", which is not followed`);
    },
  );

  it('is not taken for the host that it sends on to', async () => {
    await using registry = await lying(asItIs, sendingOnTo('http://127.0.0.1:9/x'));
    expect(await refusal(registry)).toContain(
      `${registry.host} sends on to 127.0.0.1:9: nothing answers at 127.0.0.1:9`,
    );
  });

  it.each([
    [403, /The address may be signed, and have run out: try again/],
    [404, /Try again later/],
    [503, /Try again later/],
  ])('is not taken for the store of blobs that it sends on to, and that answers %i', async (status, remedy) => {
    const fault = () => ({ status, headers: { 'retry-after': '0' }, body: '<Error><Code>No</Code></Error>' });
    await using store = await TestRegistry.start({ fault });
    await using registry = await lying(asItIs, sendingOnTo(`${store.origin}/signed`));
    const [message, told] = (await refusal(registry)).split('\n');
    expect(message).toMatch(
      RegExp(`^${registry.host} sends on to ${store.host}, which answers ${status} to a request for blob sha256:`),
    );
    expect(told).toMatch(remedy);
  });

  it('is told of by its status, whatever it says for a reason', async () => {
    await using registry = await lying(asItIs, (request) =>
      isBlob(request) ? { status: 403, body: Buffer.alloc(5_000_000, ' ') } : undefined,
    );
    expect(await refusal(registry)).toMatch(/is denied: it does not exist, or is not for everybody: 403\n/);
  });

  it('is asked again where a manifest is cut off', async () => {
    let cut = true;
    const registry = await lying(asItIs, (request) => {
      const isCut = isManifest(request) && cut;
      if (isCut) {
        cut = false;
        setTimeout(() => request.socket.destroy(), 50);
      }
      return isCut ? { status: 200, headers: { 'content-length': '5000' }, body: '{"schema' } : undefined;
    });
    await using _ = registry;
    expect((await pull(registry)).image.manifest.layers).toHaveLength(1);
  });

  it.each([[''], ['linux/amd64']])('may have a list in a list: %s', async (platform) => {
    await using registry = await TestRegistry.start();
    const [os, architecture] = platform.split('/');
    const list = (type: string, digest: string, tag: string) => {
      const one = {
        mediaType: `${TYPE}.${type}.v1+json`,
        digest,
        size: 3,
        ...(os && { platform: { os, architecture } }),
      };
      const bytes = Buffer.from(
        JSON.stringify({ schemaVersion: 2, mediaType: `${TYPE}.index.v1+json`, manifests: [one] }),
      );
      return registry.add('team/app', bytes, { type: `${TYPE}.index.v1+json`, tag });
    };
    const inner = list('manifest', addImage(registry, [LAYER], 'team/app:own'), 'inner');
    const digest = list('index', inner, '1');
    expect(
      await pullImage(parseReference(`${registry.host}/team/app:1`), {
        platform: { os: 'linux', architecture: 'amd64' },
      }),
    ).toMatchObject({ digest });
  });
});

describe('a layer that nobody may pass on', () => {
  const FOREIGN = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
  const foreign = (url: string) => ({ mediaType: FOREIGN, urls: [url] });

  it('is had of the registry, or else its place is told, and nobody there is asked', async () => {
    await using elsewhere = await TestRegistry.start();
    const url = `${elsewhere.origin}/layer`;
    {
      await using registry = await lying(layerIs({ ...foreign(url), digest: `sha256:${'a'.repeat(64)}` }));
      expect(await refusal(registry)).toMatch(
        /404.*\nIts manifest says that it is at "http.*layer": layers are had of the registry alone/,
      );
    }
    await using registry = await lying(layerIs(foreign(url)));
    const { image } = await pull(registry);
    expect([image.manifest.layers[0]?.mediaType, elsewhere.requests]).toEqual([FOREIGN, []]);
    const made = newImage({ parent: image, layers: [], history: [] });
    expect(made.manifest.layers[0]?.mediaType).toBe(`${TYPE}.layer.v1.tar+gzip`);
  });

  it('is pushed as it is where it is compressed, unlike its type says', async () => {
    await using registry = await lying(layerIs({ mediaType: `${TYPE}.layer.v1.tar` }));
    const { image } = await pull(registry);
    nameImage(image.descriptor, `${registry.host}/team/other:1`);
    await pushImage(findImage(`${registry.host}/team/other:1`), parseReference(`${registry.host}/team/other:1`));
    const pushed = JSON.parse(`${registry.repository('team/other').manifests.get('1')?.bytes}`);
    expect(pushed.layers[0].digest).toBe(image.manifest.layers[0]?.digest);
    expect([...registry.blobs.values()]).toContainEqual(gzipSync(LAYER, { level: 1 }));
  });
});
