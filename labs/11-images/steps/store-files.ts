import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { loadArchive } from '../../../src/image/archive/load.js';
import { type Digest, digestOf, hexOf } from '../../../src/image/digest.js';
import { observed } from '../../../src/lab/observation.js';
import { archiveOf, membersOf } from './archive.js';
import { configOf } from './names.js';
import { abridged, type Layer, type Setup, writeTold } from './setup.js';

// #region table
/** The daemon's locks, and the chain ID of each image, which it computes when it starts. */
const IN_MEMORY = 'no file: the daemon has it in memory';

/** Our files, and what Docker has in their place below /var/lib/docker (with overlay2). */
const TABLE: readonly (readonly [ours: RegExp, dockers: string])[] = [
  [/^oci-layout$/, 'no file: its layout is its own'],
  [/^index\.json$/, 'image/overlay2/repositories.json'],
  [/^\w+\.lock$/, IN_MEMORY],
  [/^blobs\/sha256\/[0-9a-f]{64}$/, 'image/overlay2/imagedb/content/sha256/ID; layerdb/…/tar-split.json.gz'],
  [/^layers\/[0-9a-f]{64}\/layer\.json$/, 'image/overlay2/layerdb/sha256/CHAIN/{diff,size,parent,cache-id}'],
  [/^layers\/[0-9a-f]{64}\/diff\//, 'overlay2/ID/diff'],
  [/^layers\/[0-9a-f]{64}\/stack\.json$/, 'overlay2/ID/lower: the layers below'],
  [/^tops\/[0-9a-f]{64}$/, IN_MEMORY],
];
// #endregion

// #region var-lib-docker
export async function varLibDocker({ lab, app, directory }: Setup): Promise<void> {
  await lab.step('var-lib-docker');
  const [place, file] = [directory('state'), join(directory('archive'), 'app.tar')];
  await writeTold(lab, file, dockerArchive([app]));
  await inState(place, () => loadArchive(file));
  const images = join(place, 'images');
  const files = filesBelow(images);
  await lab.observe(
    'after',
    observed('host', 'images in the state directory, and in /var/lib/docker', besideDockers(files)),
  );
  const unknown = files.filter((one) => !TABLE.some(([ours]) => ours.test(one)));
  await lab.check('files of the store that no row explains', 'none', unknown.join(' ') || 'none');
  const wrong = files.filter((one) => one.startsWith('blobs/') && !isNamedByContent(images, one));
  await lab.check('blobs that do not match their name', 'none', wrong.join(' ') || 'none');
}
// #endregion

/** One of our files for each row, above what Docker has in their place. */
function besideDockers(files: readonly string[]): string {
  const places = new Map<string, string[]>();
  for (const [ours, dockers] of TABLE) {
    const file = files.find((one) => ours.test(one));
    if (file !== undefined) places.set(dockers, [...(places.get(dockers) ?? []), abridged(file)]);
  }
  return [...places].map(([dockers, ours]) => `${ours.join('\n')}\n    ${dockers}`).join('\n');
}

/** As `docker save` has written it always. */
function dockerArchive(layers: readonly Layer[]): Buffer {
  const config = configOf(layers, { Env: [], Cmd: ['/app/hello'] });
  const name = `${hexOf(digestOf(config))}.json`;
  const archives = Object.fromEntries(layers.map(({ archive }, i) => [`${i}/layer.tar`, archive]));
  const manifest = [{ Config: name, RepoTags: ['app:1'], Layers: Object.keys(archives) }];
  return archiveOf(membersOf({ 'manifest.json': JSON.stringify(manifest), [name]: config, ...archives }));
}

/** The images of this user are not touched: for a moment the state directory is one of the lab's. Nothing is told meanwhile. */
async function inState(directory: string, work: () => Promise<unknown>): Promise<void> {
  const own = process.env.TSLAB_STATE;
  process.env.TSLAB_STATE = directory;
  try {
    await work();
  } finally {
    if (own === undefined) delete process.env.TSLAB_STATE;
    else process.env.TSLAB_STATE = own;
  }
}

function filesBelow(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => relative(directory, join(parentPath, name)))
    .sort();
}

function isNamedByContent(images: string, file: string): boolean {
  const hex = file.split('/').at(-1) ?? '';
  return digestOf(readFileSync(join(images, file))) === (`sha256:${hex}` as Digest);
}
