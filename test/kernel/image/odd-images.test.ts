import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { historyRows } from '../../../src/docker/images/history.js';
import { loadArchive } from '../../../src/image/archive/load.js';
import type { Digest } from '../../../src/image/digest.js';
import { imageDirectories, listImages } from '../../../src/image/store/images.js';
import { imagesDirectory, readBlob } from '../../../src/image/store/layout.js';
import { sha256 } from '../../support/layers/image-archive.js';
import { type Named, OciLayout } from '../../support/layers/oci-layout.js';
import { archive, member } from '../../support/layers/raw-tar.js';
import { useTemporaryState } from '../../unit/state/temporary-state.js';

const state = useTemporaryState();

async function load(bytes: Buffer) {
  const file = join(state(), 'archive.tar');
  writeFileSync(file, bytes);
  return await loadArchive(file);
}

const BASE = archive(member({ name: 'base', content: 'base' }));
const APP = archive(member({ name: 'app', content: 'app' }));
const idOf = (layer: Buffer) => `sha256:${sha256(layer)}`;
const rootfs = (...layers: readonly Buffer[]) => ({ rootfs: { type: 'layers', diff_ids: layers.map(idOf) } });
const FOREIGN = { os: 'plan9', architecture: 'mips' };
const NO_PLATFORM = { os: 'unknown', architecture: 'unknown' };

/** What index.json is to name. */
type Make = (layout: OciLayout) => readonly Named[];

/** An image of one layer; `over` is what the config says otherwise. */
const simple = (layout: OciLayout, over: Named = {}) =>
  layout.manifest(layout.config({ ...rootfs(BASE), ...over }), [layout.layer(BASE)]);
const made = (make: Make) => {
  const layout = new OciLayout();
  return layout.whole(make(layout));
};

const ODD: [what: string, make: Make, layers?: number][] = [
  ['one layer twice', (a) => [a.manifest(a.config(rootfs(BASE, BASE)), [a.layer(BASE), a.layer(BASE)])], 2],
  ['no layer', (a) => [a.manifest(a.config(rootfs()), [])], 0],
  ['an empty layer', (a) => [a.manifest(a.config(rootfs(archive())), [a.layer(archive())])]],
  ['a layer of no bytes', (a) => [a.manifest(a.config(rootfs(Buffer.alloc(0))), [a.layer(Buffer.alloc(0))])]],
  [
    'a layer that is not compressed as its type says',
    (a) => [a.manifest(a.config(rootfs(BASE)), [a.blob('application/vnd.oci.image.layer.v1.tar+gzip', BASE)])],
  ],
  [
    'a layer that is compressed, unlike its type',
    (a) => [a.manifest(a.config(rootfs(BASE)), [a.layer(gzipSync(BASE))])],
  ],
  ['a layer of an unknown type', (a) => [a.manifest(a.config(rootfs(BASE)), [a.blob('application/x', BASE)])]],
  [
    'a layer that is kept elsewhere, too',
    (a) => [a.manifest(a.config(rootfs(BASE)), [a.layer(BASE, { urls: ['https://example.com/layer'] })])],
  ],
  [
    'a config of Docker',
    (a) => [
      a.manifest({ ...a.config(rootfs(BASE)), mediaType: 'application/vnd.docker.container.image.v1+json' }, [
        a.layer(BASE),
      ]),
    ],
  ],
  [
    'fields that nobody knows',
    (a) => [
      a.manifest({ ...a.config({ ...rootfs(BASE), x: 1 }), data: 'eA==', x: {} }, [a.layer(BASE, { x: [] })], {
        x: null,
        subject: 5,
      }),
    ],
  ],
  ['null for what is empty', (a) => [simple(a, { history: null, config: null, created: null })]],
  [
    'a history of more steps than layers',
    (a) => [simple(a, { history: [{ created_by: 'a' }, { created_by: 'b' }, { empty_layer: true }] })],
  ],
  ['a history of no step', (a) => [simple(a, { history: [] })]],
  ['a history of nothing but empty layers', (a) => [simple(a, { history: [{ empty_layer: true }] })]],
  [
    'a list',
    (a) => [
      a.index([
        {
          ...simple(a, { os: 'linux' }),
          platform: { os: 'linux', architecture: process.arch === 'x64' ? 'amd64' : process.arch },
        },
      ]),
    ],
  ],
  ['a list in a list', (a) => [a.index([a.index([simple(a)])])]],
  [
    'an attestation beside it',
    (a) => [
      a.index([{ ...a.blob('application/vnd.oci.image.manifest.v1+json', {}), platform: NO_PLATFORM }, simple(a)]),
    ],
  ],
  [
    'an attestation beside it, without a list',
    (a) => [{ ...a.blob('application/vnd.oci.image.manifest.v1+json', {}), platform: NO_PLATFORM }, simple(a)],
  ],
  ['something that is no image beside it', (a) => [a.blob('application/x', Buffer.from('x')), simple(a)]],
];

describe('an odd image', () => {
  it.each(ODD)('is loaded: %s', async (_, make, layers = 1) => {
    const [loaded, ...others] = await load(made(make));
    expect(others).toEqual([]);
    const image = listImages()[0];
    expect(image?.id).toBe(loaded?.image.id);
    expect(image && imageDirectories(image)).toHaveLength(layers);
    expect(image && historyRows(image, { now: 0, whole: true, human: true }).length).toBe(
      image?.config.history?.length ?? 0,
    );
  });
});

describe('an image for several machines', () => {
  const one: Make = (a) => [a.index([{ ...simple(a, { author: 'other' }), platform: FOREIGN }])];
  const tslab = (...words: string[]) =>
    spawnSync(process.execPath, ['dist/bin/tslab.cjs', ...words], { encoding: 'utf8' });

  it('is loaded for the one that is wanted', () => {
    writeFileSync(join(state(), 'archive.tar'), made(one));
    const file = join(state(), 'archive.tar');
    expect(tslab('load', '-q', '--platform', 'plan9/mips', '-i', file).stdout).toMatch(/^Loaded image ID: sha256:/);
    expect(JSON.parse(readBlob(listImages()[0]?.id as Digest).toString()).author).toBe('other');
    const { stderr, status } = tslab('load', '--platform', 'linux/s390x', '-i', file);
    expect(stderr).toMatch(/^Error: no matching manifest for linux\/s390x.*\nIt is for plan9\/mips: --platform\n$/);
    expect(status).toBe(1);
  });
});

describe('a file that is no archive', () => {
  const load = (...words: string[]) => {
    const { stderr, status } = spawnSync(process.execPath, ['dist/bin/tslab.cjs', ...words], { encoding: 'utf8' });
    return `${status} ${stderr}`;
  };

  it.each([
    ['load', '-i', '/nowhere', '1 Error: /nowhere: ENOENT: no such file or directory\n'],
    ['load', '-i', '/tmp', '1 Error: /tmp is a directory\nAn archive of it: tar -C /tmp -c . | tslab …\n'],
    ['import', '/nowhere', 'x', '1 Error: /nowhere: ENOENT: no such file or directory\n'],
    ['import', '/tmp', 'x', '1 Error: /tmp is a directory\nAn archive of it: tar -C /tmp -c . | tslab …\n'],
    [
      'load',
      '-i',
      '/bin/sh',
      '1 Error: /bin/sh is no archive, or a damaged one: invalid tar header: its checksum is no number\n',
    ],
    [
      'import',
      '/etc/hostname',
      'x',
      '1 Error: /etc/hostname is no archive, or a damaged one: unexpected EOF: the tar stream ends in the middle of a member\n',
    ],
  ])('is told so: %s %s %s', (verb, first, second, words) => {
    expect(load(verb, first, second)).toBe(words);
  });
});

const other = (make: Make, words: RegExp) => [make, words] as const;
const withLayer =
  (over: Named): Make =>
  (a) => [a.manifest(a.config(rootfs(BASE)), [a.layer(BASE, over)])];
const withConfig =
  (over: Named): Make =>
  (a) => [a.manifest({ ...a.config(rootfs(BASE)), ...over }, [a.layer(BASE)])];

const REFUSED: Readonly<Record<string, readonly [Make, RegExp]>> = {
  'more layers than diff IDs': other(
    (a) => [a.manifest(a.config(rootfs(BASE)), [a.layer(BASE), a.layer(APP)])],
    /its manifest has 2 layers, and its config 1/,
  ),
  'fewer layers than diff IDs': other(
    (a) => [a.manifest(a.config(rootfs(BASE, APP)), [a.layer(BASE)])],
    /its manifest has 1 layers, and its config 2/,
  ),
  'another diff ID': other(
    (a) => [a.manifest(a.config(rootfs(APP)), [a.layer(BASE)])],
    /the layer sha256:\w+ has the content of sha256:\w+: it was changed/,
  ),
  'diff IDs in another order': other(
    (a) => [a.manifest(a.config(rootfs(APP, BASE)), [a.layer(BASE), a.layer(APP)])],
    /it was changed/,
  ),
  'no rootfs': other(
    (a) => [a.manifest(a.config({}), [])],
    /the config sha256:\w+ is damaged, or something else: rootfs is missing, not an object/,
  ),
  'no architecture': other((a) => [simple(a, { architecture: undefined })], /architecture is missing, not text/),
  'no size': other(withLayer({ size: undefined }), /layers\[0\]\.size is missing, not a whole number/),
  'a negative size': other(withLayer({ size: -1 }), /layers\[0\]\.size is -1, not a whole number/),
  'a size in parts': other(withLayer({ size: 1.5 }), /layers\[0\]\.size is 1\.5, not a whole number/),
  'a size in words': other(withLayer({ size: '5' }), /layers\[0\]\.size is "5", not a whole number/),
  'another size': other(withLayer({ size: 5 }), /blobs\/sha256\/\w+ has 2048 bytes, and its manifest says 5/),
  'no digest': other(withLayer({ digest: undefined }), /layers\[0\]\.digest is missing, not text/),
  'a digest of sha512': other(
    withLayer({ digest: `sha512:${'a'.repeat(128)}` }),
    /is a sha512 digest: tslab keeps content by sha256/,
  ),
  'a digest in capitals': other(
    withLayer({ digest: `sha256:${'A'.repeat(64)}` }),
    /layers\[0\]\.digest: "sha256:A+" is no digest/,
  ),
  'a digest that is a path': other(withLayer({ digest: 'sha256:../../../etc/passwd' }), /is no digest/),
  'a blob that is missing': other(
    withLayer({ digest: `sha256:${'a'.repeat(64)}` }),
    /the archive has no blobs\/sha256\/a+, which/,
  ),
  'a config that is a layer': other(
    (a) => [a.manifest({ ...a.layer(BASE), mediaType: 'application/vnd.oci.image.config.v1+json' }, [a.layer(BASE)])],
    /the config sha256:\w+ is damaged, or something else/,
  ),
  'a config of 5 MB': other(
    withConfig({ size: 5_000_000 }),
    /has a config of 5000000 bytes, more than the 4194304 that are allowed/,
  ),
  'a config of real 5 MB': other(
    (a) => [simple(a, { author: 'x'.repeat(5_000_000) })],
    /has a config of 50\d+ bytes, more than/,
  ),
  'a manifest of 5 MB': other(
    (a) => [a.manifest(a.config(rootfs(BASE)), [a.layer(BASE)], { x: 'x'.repeat(5_000_000) })],
    /of the archive has 50\d+ bytes, more than/,
  ),
  'a manifest that is no JSON': other(
    (a) => [a.blob('application/vnd.oci.image.manifest.v1+json', Buffer.from('{'))],
    /is damaged, or something else/,
  ),
  'a manifest that is null': other(
    (a) => [a.blob('application/vnd.oci.image.manifest.v1+json', Buffer.from('null'))],
    /is null, not an object/,
  ),
  'a manifest that is a list of such': other(
    (a) => [{ ...a.index([simple(a)]), mediaType: 'application/vnd.oci.image.manifest.v1+json' }],
    /config is missing/,
  ),
  'a manifest of another digest': other(
    (a) => [{ ...simple(a), digest: a.layer(BASE).digest }],
    /is damaged, or something else/,
  ),
  'a Helm chart': other(
    withConfig({ mediaType: 'application/vnd.cncf.helm.config.v1+json' }),
    /no image that can be run, but content of the type "application\/vnd\.cncf\.helm/,
  ),
  'a program of WebAssembly': other(
    withConfig({ mediaType: 'application/vnd.wasm.config.v0+json' }),
    /content of the type "application\/vnd\.wasm/,
  ),
  'an artifact': other(
    withConfig({ mediaType: 'application/vnd.oci.empty.v1+json' }),
    /content of the type "application\/vnd\.oci\.empty/,
  ),
  'an attestation alone': other(
    (a) => [a.index([{ ...simple(a), platform: NO_PLATFORM }])],
    /no matching manifest for linux/,
  ),
  'an image for others': other(
    (a) => [a.index([{ ...simple(a), platform: FOREIGN }])],
    /no matching manifest for linux/,
  ),
  'a list that is empty': other((a) => [a.index([])], /no matching manifest for linux/),
  'no image': other(() => [], /this archive has no image/),
  'schema 1': other(
    (a) => [a.blob('application/vnd.docker.distribution.manifest.v1+prettyjws', {})],
    /this archive has no image/,
  ),
  'a layer that leads out': other(
    (a) => [a.manifest(a.config(rootfs(EVIL)), [a.layer(EVIL)])],
    /the layer's "\.\.\/x" goes up/,
  ),
};

const EVIL = archive(member({ name: '../x' }));

describe('what is no image, or a damaged one', () => {
  it.each(Object.keys(REFUSED))('is refused in words: %s', async (name) => {
    const [make, words] = REFUSED[name] as readonly [Make, RegExp];
    await expect(load(made(make))).rejects.toThrow(
      expect.objectContaining({ name: 'UserError', message: expect.stringMatching(words) }),
    );
    expect(listImages()).toEqual([]);
    expect(readdirSync(imagesDirectory('ingest'))).toEqual([]);
  });

  const docker = (files: Readonly<Record<string, unknown>>) =>
    archive(...Object.entries(files).map(([name, content]) => member({ name, content: asText(content) })));
  const asText = (content: unknown) => (typeof content === 'string' ? content : JSON.stringify(content));

  it.each([
    ['of docker before 1.10', { repositories: { app: { latest: 'ab' } }, 'ab/json': {} }, /is of docker before 1\.10/],
    ['of nothing', {}, /this archive has no image/],
    [
      'of skopeo’s directory',
      { version: 'Directory Transport Version: 1.1\n', 'manifest.json': { schemaVersion: 2 } },
      /this archive is what `skopeo copy … dir:` writes/,
    ],
    [
      'whose manifest is null',
      { 'manifest.json': null },
      /manifest\.json of the archive is damaged: it is null, not a list/,
    ],
    [
      'whose manifest is no list',
      { 'manifest.json': {} },
      /manifest\.json of the archive is damaged: it is \{\}, not a list/,
    ],
    [
      'whose manifest has no config',
      { 'manifest.json': [{ Layers: [] }] },
      /damaged: \[0\]\.Config is missing, not text/,
    ],
    ['whose config is missing', { 'manifest.json': [{ Config: 'a', Layers: [] }] }, /the archive has no a, which/],
    [
      'whose config is outside',
      { 'manifest.json': [{ Config: '../../../../../etc/hostname', Layers: [] }] },
      /the archive has no \.\.\//,
    ],
    [
      'whose layer is missing',
      { 'manifest.json': [{ Config: 'a', Layers: ['b'] }], a: {} },
      /the archive has no b, which/,
    ],
    [
      'whose tag is none',
      { 'manifest.json': [{ Config: 'a', RepoTags: ['Not A Name'], Layers: [] }], a: {} },
      /invalid reference/,
    ],
    [
      'whose index is damaged',
      { 'index.json': { manifests: 5 } },
      /index\.json is damaged, or something else: manifests is 5, not a list/,
    ],
  ])('is refused in words: an archive %s', async (_, files, words) => {
    await expect(load(docker(files))).rejects.toThrow(
      expect.objectContaining({ name: 'UserError', message: expect.stringMatching(words) }),
    );
  });
});
