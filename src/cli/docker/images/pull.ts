import { asOwnRoot } from '../../../container/users/again-as-root.js';
import { fullName, parseReference } from '../../../image/reference.js';
import { parsePlatform } from '../../../image/transfer/platform.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { sweepLeftovers } from '../../leftovers.js';
import { tellingErrors } from '../shared/errors.js';
import { addTlsVerify, onStandardOutput, pullTold } from './transfer.js';
import { unlessInterrupted } from './unless-interrupted.js';

/** `tslab pull` */
export const define: Define = (command, choose) => {
  addTlsVerify(command)
    .description('Download an image from a registry, and unpack it. What is here already is not downloaded again.')
    .argument('<name>', '[HOST[:PORT]/]NAME[:TAG|@DIGEST]')
    .option('--platform <platform>', 'of an image for several machines, the one for this: linux/arm64')
    .option('-q, --quiet', 'only its name')
    .option(
      '-a, --all-tags',
      'refused, unlike with docker: a repository may have thousands of tags; name those that you want',
    )
    .action((name: string, options: Options) =>
      choose(() => tellingErrors(() => asOwnRoot(() => pull(name, options)))),
    );
};

interface Options {
  readonly platform?: string;
  readonly quiet?: true;
  readonly allTags?: true;
  readonly tlsVerify?: boolean;
}

async function pull(name: string, { platform, quiet, allTags, tlsVerify }: Options): Promise<number> {
  if (allTags)
    throw new UserError(
      '--all-tags: a repository may have thousands',
      2,
      `Name those that you want: tslab pull ${name}:TAG`,
    );
  const reference = parseReference(name);
  const wanted = platform ? parsePlatform(platform) : undefined;
  if (reference.tag === 'latest' && !name.endsWith(':latest') && !quiet) print('Using default tag: latest\n');
  sweepLeftovers();
  return await unlessInterrupted(async (signal) => {
    await pullTold(reference, quiet ? undefined : onStandardOutput(), { platform: wanted, tlsVerify, signal });
    print(`${fullName(reference)}\n`);
    return 0;
  });
}
