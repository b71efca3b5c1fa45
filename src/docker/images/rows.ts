import { chainIds } from '../../image/ids.js';
import { familiarName } from '../../image/reference.js';
import type { Image } from '../../image/store/images.js';
import { hasLayer } from '../../image/store/layers.js';
import { layerSize } from '../../image/store/sizes.js';
import { ago, goTime } from '../output/durations.js';
import type { Headings } from '../output/format.js';
import { decimalSize } from '../output/sizes.js';
import { renderTable } from '../output/table.js';

/** A line of `tslab images`, with Docker's names: what `--format json` prints. */
export interface ImageRow {
  readonly Containers: string;
  readonly CreatedAt: string;
  readonly CreatedSince: string;
  readonly Digest: string;
  readonly ID: string;
  readonly Repository: string;
  readonly SharedSize: string;
  readonly Size: string;
  readonly Tag: string;
  readonly UniqueSize: string;
  readonly VirtualSize: string;
}

/** Docker's headings. */
export const IMAGE_HEADINGS: Headings<ImageRow> = {
  Containers: 'CONTAINERS',
  CreatedAt: 'CREATED AT',
  CreatedSince: 'CREATED',
  Digest: 'DIGEST',
  ID: 'IMAGE ID',
  Repository: 'REPOSITORY',
  SharedSize: 'SHARED SIZE',
  Size: 'SIZE',
  Tag: 'TAG',
  UniqueSize: 'UNIQUE SIZE',
  VirtualSize: 'SIZE',
};

const NONE = '<none>';
/** Docker says these in `system df` alone. */
const NOT_MEASURED = 'N/A';

/** How images are listed: at a moment (milliseconds); `whole` is `--no-trunc`. */
export interface RowOptions {
  readonly now: number;
  readonly whole: boolean;
  readonly digests: boolean;
}

/** The lines of an image. */
export function imageRows(image: Image, { now, whole, digests }: RowOptions): ImageRow[] {
  const { created } = image.config;
  const size = decimalSize(sizeOf(image), 3);
  return shownNames(image.names, digests).map(({ repository, tag, digest }) => ({
    Containers: NOT_MEASURED,
    CreatedAt: created === undefined ? NOT_MEASURED : goTime(created),
    CreatedSince: created === undefined ? NOT_MEASURED : ago(created, now),
    Digest: digest ?? image.descriptor.digest,
    ID: shortImageId(image.id, whole),
    Repository: repository,
    SharedSize: NOT_MEASURED,
    Size: size,
    Tag: tag ?? NONE,
    UniqueSize: NOT_MEASURED,
    VirtualSize: size,
  }));
}

const COLUMNS = ['Repository', 'Tag', 'ID', 'CreatedSince', 'Size'] as const;
const WITH_DIGESTS = ['Repository', 'Tag', 'Digest', 'ID', 'CreatedSince', 'Size'] as const;

/** As `docker images` prints them. */
export function renderImages(rows: readonly ImageRow[], digests: boolean): string {
  const columns = digests ? WITH_DIGESTS : COLUMNS;
  const cells = (row: Headings<ImageRow>) => columns.map((column) => row[column]);
  return renderTable(cells(IMAGE_HEADINGS), rows.map(cells));
}

/** Its first twelve digits; whole with the name of its hash. */
export function shortImageId(id: string, whole = false): string {
  return whole ? id : id.slice('sha256:'.length).slice(0, 12);
}

/** A name in Docker's short form: it has a tag, or a digest. */
export interface ShortName {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

export function splitName(full: string): ShortName {
  const [, repository = '', tag, digest] = /^([^@]*?)(?::([^:/@]*))?(?:@(.*))?$/.exec(familiarName(full)) ?? [];
  return { repository, tag, digest };
}

/**
 * A line for each tag. What a repository has of digests stands there, each in a line of its own where they are shown; without a tag it is
 * else one line, and without a name, too (docker/cli, command/formatter/image.go).
 */
export function shownNames(names: readonly string[], withDigests: boolean): ShortName[] {
  if (names.length === 0) return [{ repository: NONE, tag: NONE, digest: undefined }];
  const all = names.map(splitName);
  return [...new Set(all.map(({ repository }) => repository))].flatMap((repository) => {
    const own = all.filter((one) => one.repository === repository);
    const tags = own.flatMap(({ tag }) => tag ?? []);
    const digests = [...new Set(own.flatMap(({ digest }) => digest ?? []))];
    const shown = withDigests && digests.length > 0 ? digests : [digests[0]];
    return (tags.length > 0 ? tags : [undefined]).flatMap((tag) =>
      shown.map((digest) => ({ repository, tag, digest })),
    );
  });
}

/** Bytes of the files of its layers, those that others share included. */
export function sizeOf({ config }: Image): number {
  const chain = chainIds(config.rootfs.diff_ids).filter(hasLayer);
  return chain.reduce((sum, id) => sum + layerSize(id), 0);
}
