import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { archive, member } from './raw-tar.js';

export const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

export interface Made {
  readonly bytes: Buffer;
  /** 64 digits. */
  readonly id: string;
  readonly diffIds: readonly string[];
}

/** What `docker save` writes of an image with these layers, archives of files; before Docker 25. */
export function dockerArchive(layers: readonly Buffer[], settings: object, tags: readonly string[] | null): Made {
  const { config, id, diffIds } = configOf(layers, settings);
  const files = layers.map((content, i) => member({ name: `${i}/layer.tar`, content }));
  const manifest = [{ Config: `${id}.json`, RepoTags: tags, Layers: layers.map((_, i) => `${i}/layer.tar`) }];
  const rest = [
    member({ name: `${id}.json`, content: config }),
    member({ name: 'manifest.json', content: JSON.stringify(manifest) }),
  ];
  return { bytes: archive(...files, ...rest), id, diffIds };
}

/** The same as an OCI layout, with layers compressed by gzip; `name` as containerd notes it. */
export function ociArchive(
  layers: readonly Buffer[],
  settings: object,
  name?: string,
): Made & { readonly digest: string } {
  const { config, id, diffIds } = configOf(layers, settings);
  const blobs = layers.map((layer) => gzipSync(layer));
  const type = 'application/vnd.oci.image';
  const descriptor = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: `sha256:${sha256(bytes)}`,
    size: bytes.length,
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: `${type}.manifest.v1+json`,
      config: descriptor(`${type}.config.v1+json`, config),
      layers: blobs.map((blob) => descriptor(`${type}.layer.v1.tar+gzip`, blob)),
    }),
  );
  const annotations = name && { annotations: { 'io.containerd.image.name': name } };
  const index = {
    schemaVersion: 2,
    manifests: [{ ...descriptor(`${type}.manifest.v1+json`, manifest), ...annotations }],
  };
  const all = [manifest, config, ...blobs].map((content) =>
    member({ name: `blobs/sha256/${sha256(content)}`, content }),
  );
  const layout = member({ name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' });
  return {
    bytes: archive(layout, member({ name: 'index.json', content: JSON.stringify(index) }), ...all),
    id,
    diffIds,
    digest: sha256(manifest),
  };
}

function configOf(layers: readonly Buffer[], settings: object) {
  const diffIds = layers.map((layer) => `sha256:${sha256(layer)}`);
  const history = layers.map((_, i) => ({ created: '2024-01-01T00:00:00Z', created_by: `layer ${i}` }));
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
  const rootfs = { type: 'layers', diff_ids: diffIds };
  const all = { architecture, os: 'linux', created: '2024-01-02T03:04:05Z', config: settings, rootfs, history };
  const config = Buffer.from(JSON.stringify(all));
  return { config, id: sha256(config), diffIds };
}
