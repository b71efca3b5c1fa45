import { BEING_MADE, freeUnneeded, removeImage } from '../../../docker/images/remove.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { warn } from '../../leftovers.js';
import { forEach } from '../shared/errors.js';
import { findAllCurrent } from '../shared/find.js';

interface RmiOptions {
  readonly force?: true;
  readonly prune: boolean;
}

/** `tslab rmi`, `tslab image rm` */
export const define: Define = (command, choose) =>
  command
    .description('Remove images, or names of images that have others; and the layers that nothing else needs.')
    .argument('<image...>')
    .option('-f, --force', 'also where containers are made of it: it stays without a name; what is not there is fine')
    .option('--no-prune', 'keep its blobs and layers: tslab image prune removes them')
    .action((images: string[], options: RmiOptions) => choose(() => remove(images, options)));

async function remove(images: readonly string[], options: RmiOptions): Promise<number> {
  const [containers, force] = [await findAllCurrent(), options.force ?? false];
  const status = await forEach(images, async (given) => {
    const removed = ifThere(force, () => removeImage(given, containers, force));
    if (!removed) return;
    print(removed.untagged.map((name) => `Untagged: ${name}\n`).join(''));
    if (removed.isDeleted) print(`Deleted: ${removed.image.id}\n`);
  });
  if (options.prune) tellFreed();
  return status;
}

/** As Docker: with -f what is not there is told, and no failure. */
function ifThere<T>(force: boolean, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!force || !(error instanceof UserError) || !error.message.startsWith('No such image')) throw error;
    warn(error.message);
    return undefined;
  }
}

function tellFreed(): void {
  const freed = freeUnneeded();
  if (freed) print(freed.layers.map((chain) => `Deleted: ${chain}\n`).join(''));
  else warn(BEING_MADE);
}
