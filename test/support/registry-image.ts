import { gzipSync } from 'node:zlib';
import { digestOf, type TestRegistry } from './registry-server.js';

const TYPE = 'application/vnd.oci.image';
const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;

/** Puts an image with these layers, archives of files, into a registry. Returns the digest of its manifest. */
export function addImage(
  registry: TestRegistry,
  layers: readonly Buffer[],
  name = 'team/app:1',
  architecture = ARCHITECTURE,
): string {
  const [repository = '', tag = ''] = name.split(':');
  const part = (bytes: Buffer, mediaType: string) => ({
    mediaType,
    digest: registry.add(repository, bytes),
    size: bytes.length,
  });
  const rootfs = { type: 'layers', diff_ids: layers.map(digestOf) };
  const config = { architecture, os: 'linux', config: { Cmd: ['app'] }, rootfs };
  const manifest = {
    schemaVersion: 2,
    mediaType: `${TYPE}.manifest.v1+json`,
    config: part(Buffer.from(JSON.stringify(config)), `${TYPE}.config.v1+json`),
    layers: layers.map((layer) => part(gzipSync(layer, { level: 1 }), `${TYPE}.layer.v1.tar+gzip`)),
  };
  return registry.add(repository, Buffer.from(JSON.stringify(manifest)), { type: manifest.mediaType, tag });
}
