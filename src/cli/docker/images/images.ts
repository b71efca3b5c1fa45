import { ago } from '../../../docker/output/durations.js';
import { decimalSize } from '../../../docker/output/sizes.js';
import { renderTable } from '../../../docker/output/table.js';
import { chainIds } from '../../../image/ids.js';
import { familiarName } from '../../../image/reference.js';
import { type Image, listImages } from '../../../image/store/images.js';
import { hasLayer, readLayer } from '../../../image/store/layers.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';

/** `tslab images` */
export const define: Define = (command, choose) =>
  command
    .description('List images, those that were loaded last first. busybox, which is made here, is none of them.')
    .option('-q, --quiet', 'IDs only')
    .option('--no-trunc', 'whole IDs')
    .option('--digests', 'the digests of manifests, too')
    .action((options: Options) => choose(() => tellingErrors(async () => list(options))));

interface Options {
  readonly quiet?: true;
  readonly trunc: boolean;
  readonly digests?: true;
}

function list({ quiet, trunc, digests }: Options): number {
  const images = listImages().reverse();
  const idOf = ({ id }: Image) => (trunc ? id.slice('sha256:'.length).slice(0, 12) : id);
  if (quiet) {
    print(images.map((image) => `${idOf(image)}\n`).join(''));
    return 0;
  }
  const heading = ['REPOSITORY', 'TAG', ...(digests ? ['DIGEST'] : []), 'IMAGE ID', 'CREATED', 'SIZE'];
  const rows = images.flatMap((image) =>
    namesOf(image).map(([repository, tag]) => {
      const created = image.config.created === undefined ? 'N/A' : ago(image.config.created, Date.now());
      const digest = digests ? [image.descriptor.digest] : [];
      return [repository, tag, ...digest, idOf(image), created, decimalSize(sizeOf(image), 3)];
    }),
  );
  print(renderTable(heading, rows));
  return 0;
}

function namesOf({ names }: Image): (readonly [repository: string, tag: string])[] {
  if (names.length === 0) return [['<none>', '<none>']];
  return names.map((name) => {
    const [, repository = '', tag = '<none>'] = /^(.*?)(?::([^:/]*))?$/.exec(familiarName(name)) ?? [];
    return [repository, tag];
  });
}

/** Bytes of the files of its layers, those that others share included. */
function sizeOf({ config }: Image): number {
  const chain = chainIds(config.rootfs.diff_ids).filter(hasLayer);
  return chain.reduce((sum, id) => sum + readLayer(id).size, 0);
}
