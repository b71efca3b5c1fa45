import { type Digest, digestOf } from '../../../src/image/digest.js';
import { type Manifest, OCI_CONFIG, OCI_LAYER, OCI_MANIFEST, parseManifest } from '../../../src/image/manifest.js';
import { observed } from '../../../src/lab/observation.js';
import { configOf } from './names.js';
import { RegistryServer } from './server.js';
import { type Layer, printed, type Setup } from './setup.js';

/** A repository of a registry, and whether it is asked what it has before something is sent. */
interface Remote {
  readonly address: string;
  readonly repository: string;
  /** Another repository, which may have the same blobs. */
  readonly like?: string;
  readonly asks: boolean;
}

interface Image {
  readonly manifest: Buffer;
  readonly blobs: readonly Buffer[];
}

// #region registry
export async function registryStep(setup: Setup): Promise<void> {
  const { lab, base, app, overlay, unpack } = setup;
  const asks = await lab.step('registry');
  const server = new RegistryServer();
  lab.atEnd(() => server.close());
  const address = await server.listen();
  const image = imageOf([app, base]);
  const logged = async <T>(what: string, work: Promise<T>) => {
    const result = await work;
    await lab.observe('during', observed('host', what, inLines(server.log.splice(0))));
    return result;
  };
  const sent = async (what: string, remote: Omit<Remote, 'address' | 'asks'>) => {
    const before = server.received;
    await logged(what, push(image, { ...remote, address, asks }));
    return server.received - before;
  };
  await lab.measure('sent by the first push', await sent('the first push', { repository: 'team/app' }), 'bytes');
  await lab.check('bytes that a second push sends', 0, await sent('the same again', { repository: 'team/app' }));
  const other = await sent('to another repository', { repository: 'team/other', like: 'team/app' });
  await lab.check('bytes that a push to another repository sends', 0, other);
  const layers = await logged('the pull', pull({ address, repository: 'team/other', asks }));
  const unpacked = await Promise.all(layers.map((layer, i) => unpack(layer, `pulled-${i}`)));
  const says = await printed(lab, overlay('pulled', ...unpacked), '/app/hello');
  await lab.check('what a container of the pulled image prints', 'hello from version 1', says);
  server.close();
}
// #endregion

/** What is sent of it: a manifest, which names the rest. */
function imageOf(layers: readonly Layer[]): Image {
  const config = Buffer.from(configOf(layers, { Env: [], Cmd: ['/app/hello'] }));
  const archives = layers.map(({ archive }) => archive).reverse();
  const describe = (mediaType: string) => (blob: Buffer) => ({ mediaType, digest: digestOf(blob), size: blob.length });
  const described = { config: describe(OCI_CONFIG)(config), layers: archives.map(describe(OCI_LAYER)) };
  const manifest = JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, ...described });
  return { manifest: Buffer.from(manifest), blobs: [config, ...archives] };
}

// #region push
/** The blobs first: a registry takes no manifest of what it does not have. */
async function push({ manifest, blobs }: Image, remote: Remote): Promise<void> {
  for (const blob of blobs) await pushBlob(blob, remote);
  const headers = { 'content-type': OCI_MANIFEST };
  await ask(remote, 'manifests/latest', { method: 'PUT', headers, body: new Uint8Array(manifest) });
}

async function pushBlob(blob: Buffer, remote: Remote): Promise<void> {
  const digest = digestOf(blob);
  if (remote.asks && (await ask(remote, `blobs/${digest}`, { method: 'HEAD' })).ok) return;
  const from = remote.asks && remote.like ? `?mount=${digest}&from=${remote.like}` : '';
  const begun = await ask(remote, `blobs/uploads/${from}`, { method: 'POST' });
  if (begun.status === 201) return;
  const place = new URL(begun.headers.get('location') ?? '', remote.address);
  place.searchParams.set('digest', digest);
  await fetch(place, { method: 'PUT', body: new Uint8Array(blob) });
}

/** The layers, the topmost first. What has another digest than the manifest says is not the image. */
async function pull(remote: Remote): Promise<Buffer[]> {
  const { layers }: Manifest = parseManifest(await get(remote, 'manifests/latest'), 'the manifest');
  return await Promise.all(layers.map(({ digest }) => blobOf(remote, digest)).reverse());
}

async function blobOf(remote: Remote, digest: Digest): Promise<Buffer> {
  const blob = await get(remote, `blobs/${digest}`);
  if (digestOf(blob) !== digest) throw new Error(`${digest} is ${digestOf(blob)}`);
  return blob;
}
// #endregion

function ask({ address, repository }: Remote, path: string, init?: RequestInit): Promise<Response> {
  return fetch(`${address}/v2/${repository}/${path}`, init);
}

async function get(remote: Remote, path: string): Promise<Buffer> {
  return Buffer.from(await (await ask(remote, path)).arrayBuffer());
}

/** A line for what was asked about a blob or a manifest, and how often, since one blob is asked for like another. */
function inLines(log: readonly string[]): string {
  const text = log
    .map((line) => line.replace(/sha256:\w+/, '…').replace('/v2/', ''))
    .join('\n')
    .replace(/\nPUT \S*uploads\S*/g, ', PUT')
    .replace(/(HEAD.*)\nPOST \S*uploads\/(\S*)/g, '$1, POST$2');
  const times = new Map<string, number>();
  for (const line of text.split('\n')) times.set(line, (times.get(line) ?? 0) + 1);
  return [...times].map(([line, count]) => (count === 1 ? line : `${count} × ${line}`)).join('\n');
}
