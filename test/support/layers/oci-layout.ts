import { sha256 } from './image-archive.js';
import { archive, member } from './raw-tar.js';

/** What names a blob; a test may say anything of it. */
export type Named = Readonly<Record<string, unknown>>;

const TYPE = 'application/vnd.oci.image';

/** An OCI layout that is made blob by blob, right or not. */
export class OciLayout {
  readonly #files: Buffer[] = [];

  blob(mediaType: string, content: Buffer | object, over: Named = {}): Named {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    const digest = sha256(bytes);
    this.#files.push(member({ name: `blobs/sha256/${digest}`, content: bytes }));
    return { mediaType, digest: `sha256:${digest}`, size: bytes.length, ...over };
  }

  layer(bytes: Buffer, over?: Named): Named {
    return this.blob(`${TYPE}.layer.v1.tar`, bytes, over);
  }

  config(over: Named): Named {
    const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
    return this.blob(`${TYPE}.config.v1+json`, { architecture, os: 'linux', ...over });
  }

  manifest(config: Named, layers: readonly Named[], over: Named = {}): Named {
    return this.blob(`${TYPE}.manifest.v1+json`, { schemaVersion: 2, config, layers, ...over });
  }

  index(manifests: readonly Named[]): Named {
    return this.blob(`${TYPE}.index.v1+json`, { schemaVersion: 2, manifests });
  }

  /** The archive of it. */
  whole(manifests: unknown): Buffer {
    const index = JSON.stringify({ schemaVersion: 2, manifests });
    return archive(member({ name: 'index.json', content: index }), ...this.#files);
  }
}
