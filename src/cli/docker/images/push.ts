import { tellImage } from '../../../docker/images/tell.js';
import { familiarName, fullName, parseReference, type Reference } from '../../../image/reference.js';
import { type Image, imageNames, listImages, lookUpImage } from '../../../image/store/images.js';
import { pushImage } from '../../../image/transfer/push.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { nearest } from '../../../state/nearest.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { addTlsVerify, onStandardOutput, teller } from './transfer.js';
import { unlessInterrupted } from './unless-interrupted.js';

/** `tslab push` */
export const define: Define = (command, choose) => {
  addTlsVerify(command)
    .description('Upload an image to the registry that its name says. What is there already is not sent again.')
    .argument('<name>', 'HOST[:PORT]/NAME[:TAG]; `tslab tag` gives an image such a name')
    .option('-a, --all-tags', 'all tags of the repository that are here')
    .option('-q, --quiet', 'only its name')
    .action((name: string, options: Options) => choose(() => tellingErrors(() => push(name, options))));
};

interface Options {
  readonly allTags?: true;
  readonly quiet?: true;
  readonly tlsVerify?: boolean;
}

async function push(name: string, { allTags, quiet, tlsVerify }: Options): Promise<number> {
  const given = parseReference(name);
  const references = allTags ? tagsOf(given, name) : [given];
  const shown = quiet ? undefined : onStandardOutput();
  if (!allTags && given.tag === 'latest' && !name.endsWith(':latest')) shown?.write('Using default tag: latest\n');
  shown?.write(`The push refers to repository [${given.host}/${given.repository}]\n`);
  return await unlessInterrupted(async (signal) => {
    for (const reference of references) {
      const image = imageNamed(reference);
      const { digest, size } = await pushImage(image, reference, { tlsVerify, signal, tell: teller(shown) });
      tellImage('push', image, fullName(reference));
      shown?.write(`${reference.tag}: digest: ${digest} size: ${size}\n`);
      if (quiet) print(`${fullName(reference)}\n`);
    }
    return 0;
  });
}

/** Docker's words. An ID is no name that a registry could keep. */
function imageNamed(reference: Reference): Image {
  const name = fullName(reference);
  if (reference.digest !== undefined)
    throw new UserError('cannot push a digest reference', 1, 'A digest follows from the content: push a tag.');
  const image = lookUpImage(name);
  if (image?.names.includes(name)) return image;
  const like = nearest(familiarName(name), imageNames());
  const message = `An image does not exist locally with the tag: ${familiarName(name).replace(/:[^:/]*$/, '')}`;
  const remedy = like ? `Did you mean ${like}?` : 'tslab images lists those that are here';
  throw new UserError(message, 1, `${remedy}; tslab tag IMAGE ${familiarName(name)}`);
}

function tagsOf({ host, repository }: Reference, given: string): Reference[] {
  const all = listImages().flatMap(({ names }) => names.map(parseReference));
  const found = all.filter((one) => one.host === host && one.repository === repository && one.digest === undefined);
  if (/:[^/]*$/.test(given.replace(/^[^/]*\//, '')))
    throw new UserError("tag can't be used with --all-tags/-a", 1, 'Leave the one or the other out.');
  if (found.length > 0) return found;
  throw new UserError(
    `An image does not exist locally with the tag: ${given}`,
    1,
    'tslab images lists those that are here.',
  );
}
