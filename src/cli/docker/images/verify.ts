import { asOwnRoot } from '../../../container/users/again-as-root.js';
import { type FoundDamage, findDamage, repairStore } from '../../../docker/images/repair.js';
import { print } from '../../../terminal/output.js';
import { visible } from '../../../view/text/visible.js';
import type { Define } from '../../command.js';
import { warn } from '../../leftovers.js';
import { tellingErrors } from '../shared/errors.js';
import { findAllCurrent } from '../shared/find.js';

interface VerifyOptions {
  readonly repair?: true;
}

/** `tslab image verify` */
export const define: Define = (command, choose) =>
  command
    .description(
      'Read all that images have again: blobs are compared with their digests, and unpacked layers with what is in their blobs. The status is 1 where something is wrong.',
    )
    .option('--repair', 'remove what is damaged, and unpack layers again; says what is to be pulled, loaded or built')
    .action((options: VerifyOptions) => choose(() => tellingErrors(() => asOwnRoot(() => verify(options)))));

async function verify({ repair }: VerifyOptions): Promise<number> {
  const found = await findDamage();
  print(found.sentences.map((what) => `${visible(what)}\n`).join('') || `Images: ${found.images}. ${ALL_RIGHT}\n`);
  if (found.sentences.length === 0) return 0;
  const lacking = repair ? await repaired(found) : found.lacking;
  if (!repair && found.damage.length > 0)
    print('tslab image verify --repair removes that, and unpacks layers again.\n');
  if (lacking.length > 0) print(`To be pulled, loaded or built again: ${lacking.join(', ')}\n`);
  return repair && lacking.length === 0 ? 0 : 1;
}

const ALL_RIGHT = 'All blobs are what their digests say, and unpacked layers what is in them.';

async function repaired(found: FoundDamage): Promise<readonly string[]> {
  const { lacking, notes } = await repairStore(found, await findAllCurrent());
  for (const note of notes) warn(visible(note));
  return lacking;
}
