/** Manifests, indexes and configs of images. Source: OCI image-spec; Docker's "Image Manifest Version 2, Schema 2" has the same fields. */
import { UserError } from '../kernel/errors/user-error.js';
import { integer, list, map, maybe, orNull, type Parser, record, text } from '../kernel/parser.js';
import { checkDigest, type Digest } from './digest.js';

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
export const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar';
const DOCKER = 'application/vnd.docker.distribution.manifest';
/** Helm charts, signatures and others are kept as images are, with another type of config. */
const CONFIGS = [OCI_CONFIG, 'application/vnd.docker.container.image.v1+json'];
const INDEXES = [OCI_INDEX, `${DOCKER}.list.v2+json`];
const MANIFESTS = [OCI_MANIFEST, `${DOCKER}.v2+json`];
/** What a registry is asked for. */
export const MANIFEST_TYPES = [...MANIFESTS, ...INDEXES];

/** As much as a manifest, an index or a config may have (containerd, distribution, podman: 4 MiB), in bytes. */
export const MOST_JSON = 4 << 20;

/** What names some content, and says how long it is. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly platform?: Platform | undefined;
  /** Where else it is. */
  readonly urls?: readonly string[] | undefined;
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

export interface Manifest {
  readonly config: Descriptor;
  /** The lowest first. */
  readonly layers: readonly Descriptor[];
}

/** What a container of the image is unless something else is asked for. */
export interface ImageSettings {
  readonly Entrypoint?: readonly string[] | undefined;
  readonly Cmd?: readonly string[] | undefined;
  readonly Env?: readonly string[] | undefined;
  readonly User?: string | undefined;
  readonly WorkingDir?: string | undefined;
  readonly Volumes?: Readonly<Record<string, unknown>> | undefined;
  readonly ExposedPorts?: Readonly<Record<string, unknown>> | undefined;
  readonly StopSignal?: string | undefined;
  readonly Labels?: Readonly<Record<string, string>> | undefined;
  readonly Healthcheck?: ImageHealthcheck | undefined;
  /** What runs a line of a Dockerfile. */
  readonly Shell?: readonly string[] | undefined;
  /** Instructions for whoever builds FROM the image: Docker's, not OCI's. */
  readonly OnBuild?: readonly string[] | undefined;
}

/** Docker's, in nanoseconds. */
export interface ImageHealthcheck {
  readonly Test?: readonly string[] | undefined;
  readonly Interval?: number | undefined;
  readonly Timeout?: number | undefined;
  readonly StartPeriod?: number | undefined;
  readonly StartInterval?: number | undefined;
  readonly Retries?: number | undefined;
}

export interface HistoryEntry {
  readonly created?: string | undefined;
  readonly created_by?: string | undefined;
  readonly comment?: string | undefined;
  readonly empty_layer?: boolean | undefined;
}

export interface ImageConfig {
  readonly architecture: string;
  readonly os: string;
  readonly created?: string | undefined;
  readonly config?: ImageSettings | undefined;
  readonly rootfs: { readonly diff_ids: readonly Digest[] };
  readonly history?: readonly HistoryEntry[] | undefined;
}

const digest: Parser<Digest> = (value, at) => checkDigest(text(value, at), at);
const anything: Parser<unknown> = (value) => value;
const number = orNull(integer(-Number.MAX_SAFE_INTEGER));
const texts = orNull(list(text));
const yes: Parser<boolean> = (value) => value === true;

const platform = record<Platform>({ os: text, architecture: text, variant: maybe(text) });
const descriptor = record<Descriptor>({
  mediaType: text,
  digest,
  size: integer(0),
  annotations: orNull(map(text)),
  platform: orNull(platform),
  urls: orNull(list(text)),
});
const manifest = record<Manifest>({ config: descriptor, layers: list(descriptor) });
const index = record<{ manifests: Descriptor[] }>({ manifests: list(descriptor) });
const healthcheck = record<ImageHealthcheck>({
  Test: texts,
  Interval: number,
  Timeout: number,
  StartPeriod: number,
  StartInterval: number,
  Retries: number,
});
const settings = record<ImageSettings>({
  Entrypoint: texts,
  Cmd: texts,
  Env: texts,
  User: orNull(text),
  WorkingDir: orNull(text),
  Volumes: orNull(map(anything)),
  ExposedPorts: orNull(map(anything)),
  StopSignal: orNull(text),
  Labels: orNull(map(text)),
  Healthcheck: orNull(healthcheck),
  Shell: texts,
  OnBuild: texts,
});
const history = record<HistoryEntry>({
  created: orNull(text),
  created_by: orNull(text),
  comment: orNull(text),
  empty_layer: orNull(yes),
});
const config = record<ImageConfig>({
  architecture: text,
  os: text,
  created: orNull(text),
  config: orNull(settings),
  rootfs: record({ diff_ids: list(digest) }),
  history: orNull(list(history)),
});

export const parseIndex = (json: Uint8Array, name: string): Descriptor[] => parse(index, json, name).manifests;
export const parseConfig = (json: Uint8Array, name: string): ImageConfig => parse(config, json, name);

/** Throws UserError (2), also for what is no image. */
export function parseManifest(json: Uint8Array, name: string): Manifest {
  const parsed = parse(manifest, json, name);
  const { mediaType, size } = parsed.config;
  if (!CONFIGS.includes(mediaType))
    throw new UserError(`this is no image that can be run, but content of the type ${JSON.stringify(mediaType)}`, 2);
  if (size <= MOST_JSON) return parsed;
  throw new UserError(`${name} has a config of ${size} bytes, more than the ${MOST_JSON} that are allowed`, 2);
}

export function isIndex({ mediaType }: Descriptor): boolean {
  return INDEXES.includes(mediaType);
}

export function isManifest({ mediaType }: Descriptor): boolean {
  return MANIFESTS.includes(mediaType);
}

/** `name` says in errors what the bytes are. */
function parse<T>(parser: Parser<T>, json: Uint8Array, name: string): T {
  try {
    return parser(JSON.parse(Buffer.from(json).toString('utf8')), '');
  } catch (error) {
    const remedy = error instanceof UserError ? error.remedy : undefined;
    throw new UserError(`${name} is damaged, or something else: ${(error as Error).message}`, 2, remedy);
  }
}
