import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadArchive } from '../../../src/image/archive/load.js';
import type { Digest } from '../../../src/image/digest.js';
import { findImage, imageDirectories, listImages } from '../../../src/image/store/images.js';
import { openIngest } from '../../../src/image/store/ingest.js';
import { blobPath, hasBlob, imagesDirectory } from '../../../src/image/store/layout.js';
import { verifyLayers } from '../../../src/image/store/verify.js';
import { ledgerDirectory } from '../../../src/state/ledger/ledger-file.js';
import { dockerArchive, ociArchive, sha256 } from '../../support/layers/image-archive.js';
import { listing } from '../../support/layers/listing.js';
import { archive, member } from '../../support/layers/raw-tar.js';
import { useTemporaryState } from '../../unit/state/temporary-state.js';
import { tslab } from '../tslab.js';

const state = useTemporaryState();

const BASE = archive(member({ name: 'tmp/', type: '5', mode: 0o1777 }), member({ name: 'etc/a', content: 'base' }));
const APP = archive(member({ name: 'tmp/x' }), member({ name: 'etc/.wh.a' }), member({ name: 'app', content: 'app' }));

function load(bytes: Buffer) {
  const file = join(state(), 'archive.tar');
  writeFileSync(file, bytes);
  return loadArchive(file);
}

async function problems(): Promise<string[]> {
  const all: string[] = [];
  for await (const { what } of verifyLayers(listImages())) all.push(what);
  return all;
}

describe('an archive of images', () => {
  it.each(['docker', 'oci', 'oci, compressed'])('is loaded: %s', async (kind) => {
    const oci = ociArchive([BASE, APP], { Cmd: ['app'] }, 'docker.io/library/app:1');
    const docker = dockerArchive([BASE, APP], { Cmd: ['app'] }, ['app:1']);
    const made = kind === 'docker' ? docker : oci;
    const [loaded, ...others] = await load(kind.endsWith('compressed') ? gzipSync(made.bytes) : made.bytes);
    expect([loaded?.image.id, loaded?.names, others]).toEqual([`sha256:${made.id}`, ['docker.io/library/app:1'], []]);
    const image = findImage('app:1');
    expect(image.config.config?.Cmd).toEqual(['app']);
    const [top = '', base = ''] = imageDirectories(image);
    expect(listing(base)).toEqual(['etc/ 755', 'etc/a 644 4', 'tmp/ 1777']);
    expect(listing(top)).toEqual(['app 644 3', 'etc/ 755', 'etc/a whiteout', 'tmp/ 1777', 'tmp/x 644 0']);
    expect(findImage(made.id.slice(0, 12)).id).toBe(image.id);
    if (kind !== 'docker') expect(image.descriptor.digest).toBe(`sha256:${oci.digest}`);
    expect(leftovers()).toEqual([]);
  });

  it('shares layers with other images, and gives a name to the last one that has it', async () => {
    await load(dockerArchive([BASE, APP], {}, ['app:1', 'localhost:5000/team/app:latest']).bytes);
    await load(dockerArchive([BASE], {}, ['app:1']).bytes);
    expect(listImages().map(({ names, manifest }) => [names, manifest.layers.length])).toEqual([
      [['localhost:5000/team/app:latest'], 2],
      [['docker.io/library/app:1'], 1],
    ]);
    expect(readdirSync(imagesDirectory('layers'))).toHaveLength(2);
    await load(dockerArchive([BASE], {}, ['localhost:5000/team/app:latest']).bytes);
    expect(listImages().map(({ names }) => names)).toEqual([
      ['docker.io/library/app:1', 'localhost:5000/team/app:latest'],
      [],
    ]);
  });

  it('is verified with the files of its layers, each once', async () => {
    await load(dockerArchive([BASE, APP], {}, ['app:1', 'app:2']).bytes);
    await load(dockerArchive([BASE], {}, ['base:1']).bytes);
    expect(await problems()).toEqual([]);
    const [, base = ''] = imageDirectories(findImage('app:1'));
    writeFileSync(join(base, 'etc/a'), 'BASE');
    const problem = `the unpacked layer sha256:${base.split('/').at(-2)}: "/etc/a" has another content`;
    expect(await problems()).toEqual([problem]);
  });

  it('shows no layer below one that hides all', async () => {
    const hiding = archive(member({ name: '.wh..wh..opq' }), member({ name: 'f' }));
    await load(dockerArchive([BASE, hiding, APP], {}, ['app:1']).bytes);
    const all = imageDirectories(findImage('app:1')).map((directory) => listing(directory)[0]);
    expect(all).toEqual(['app 644 3', 'f 644 0']);
  });

  it('is refused where a layer is not the one of the config, and leaves no layer and no name', async () => {
    const { bytes, diffIds } = dockerArchive([BASE, APP], {}, ['app:1']);
    const at = bytes.indexOf('base');
    bytes.write('evil', at, 'latin1');
    await expect(load(bytes)).rejects.toThrow(`the layer ${diffIds[0]} has the content of sha256:`);
    expect([listImages(), readdirSync(imagesDirectory('layers')), leftovers()]).toEqual([[], [], []]);
  });

  it('is refused where a blob of a layout is not what its name says', async () => {
    const { bytes } = ociArchive([BASE], {}, 'docker.io/library/app:1');
    bytes.write('amd65', bytes.indexOf('amd64'), 'latin1');
    await expect(load(bytes)).rejects.toThrow(/has the digest sha256:.*not what was asked for/);
    expect([listImages(), leftovers()]).toEqual([[], []]);
  });

  it.each([
    ['no image', archive(member({ name: 'file' })), 'this archive has no image'],
    ['nothing at all', Buffer.alloc(0), 'this archive has no image: it is empty'],
    ['no archive', Buffer.alloc(600, 'x'), 'invalid tar header'],
    ['a path out of it', archive(manifestOf('../../etc/passwd')), 'the archive has no ../../etc/passwd'],
    ['a pipe for a config', archive(member({ name: 'c', type: '6' }), manifestOf('c')), 'the archive has no c,'],
    ['damaged compression', gzipSync(BASE).subarray(0, 60), 'is damaged: gzip'],
  ])('is refused: %s', async (_, bytes, message) => {
    await expect(load(bytes)).rejects.toThrow(message);
    expect(leftovers()).toEqual([]);
  });
});

function manifestOf(config: string): Buffer {
  return member({ name: 'manifest.json', content: JSON.stringify([{ Config: config, RepoTags: null, Layers: [] }]) });
}

/** What is not images, layers and blobs. */
function leftovers(): string[] {
  const temporary = ['layers', 'ingest'].flatMap((name) => readdirSync(imagesDirectory(name)));
  return [...temporary.filter((name) => !/^[0-9a-f]{64}$/.test(name)), ...readdirSync(ledgerDirectory())];
}

describe('a blob', () => {
  const bytes = Buffer.alloc(500_000, 'blob');
  const digest: Digest = `sha256:${sha256(bytes)}`;

  it('goes on where it was left, and has its name when it is whole', () => {
    const first = openIngest(digest);
    first.write(bytes.subarray(0, 300_001));
    first[Symbol.dispose]();
    expect(hasBlob(digest)).toBe(false);
    using second = openIngest(digest);
    expect(second.offset).toBe(300_001);
    second.write(bytes.subarray(300_001));
    expect(second.commit()).toBe(digest);
    expect(readFileSync(blobPath(digest)).equals(bytes)).toBe(true);
    expect(readdirSync(imagesDirectory('ingest'))).toEqual([]);
  });

  it('of which a part has come stays for a day, unless all is to go', () => {
    using written = openIngest(`sha256:${'a'.repeat(64)}`);
    written.write(bytes);
    const left = openIngest(digest);
    left.write(bytes.subarray(0, 300_000));
    left[Symbol.dispose]();
    const prune = (...words: string[]) => tslab(['image', 'prune', ...words], { TSLAB_STATE: state() }).stdout;
    expect(prune('-f')).toBe('Total reclaimed space: 0B\n');
    expect(readdirSync(imagesDirectory('ingest'))).toHaveLength(2);
    expect(prune('-a', '-f')).toBe('Total reclaimed space: 300kB\n');
    expect(readdirSync(imagesDirectory('ingest'))).toEqual(['a'.repeat(64)]);
  });

  it('may be written by two at once', () => {
    using one = openIngest(digest);
    using other = openIngest(digest);
    for (const each of [one, other]) each.write(bytes);
    expect([other.commit(), one.commit()]).toEqual([digest, digest]);
    expect(readFileSync(blobPath(digest)).equals(bytes)).toBe(true);
    expect(readdirSync(imagesDirectory('ingest'))).toEqual([]);
  });

  it('is not kept where it is another one, and may begin anew', () => {
    using wrong = openIngest(digest);
    wrong.write(Buffer.from('something else'));
    expect(() => wrong.commit()).toThrow(`the content of ${digest} has the digest sha256:${sha256('something else')}`);
    using again = openIngest(digest);
    expect(again.offset).toBe(0);
    again.write(bytes.subarray(0, 10));
    again.restart();
    again.write(bytes);
    expect(again.commit()).toBe(digest);
  });
});
