import { canBePaused, whilePaused } from '../../../container/life/pause.js';
import { isRunning } from '../../../container/state.js';
import type { Container } from '../../../container/store/store.js';
import { tellOf } from '../../../container/store/tell.js';
import { asOwnRoot } from '../../../container/users/again-as-root.js';
import { commitContainer } from '../../../docker/images/commit.js';
import { parseChanges } from '../../../image/build/changes.js';
import { parseNewName } from '../../../image/reference.js';
import { holdStore } from '../../../image/store/hold.js';
import { nameImage } from '../../../image/store/images.js';
import { untilInterrupted } from '../../../terminal/interrupt.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { warn } from '../../leftovers.js';
import { addChange, type ChangeOption } from '../shared/change-option.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

interface CommitOptions extends ChangeOption {
  readonly author?: string;
  readonly message?: string;
  readonly pause?: true;
}

/** `tslab commit` */
export const define: Define = (command, choose) =>
  addChange(command)
    .description(
      'Make an image of what a container has written, on the image that it was made of; without its volumes.',
    )
    .argument('<container>')
    .argument('[name]', 'of the image: NAME[:TAG]')
    .option('-a, --author <author>', 'who made it, such as "A. Student <student@example.com>"')
    .option('-m, --message <message>', 'what is said of it in the history')
    .option('-p, --pause', 'nothing in the container runs meanwhile; --pause=false: it goes on', true)
    .action((container: string, name: string | undefined, options: CommitOptions) =>
      choose(() => tellingErrors(() => asOwnRoot(() => commit(container, name, options)))),
    );

async function commit(given: string, name: string | undefined, options: CommitOptions): Promise<number> {
  const full = name === undefined ? undefined : parseNewName(name);
  const { author, message, pause } = options;
  const change = parseChanges(options.change ?? []);
  const container = await findCurrent(given);
  return untilInterrupted(async ({ aborted }) => {
    using _held = holdStore();
    const work = () => commitContainer(container, { author, message, change, aborted });
    const { image, leftOut } = await (pause && mayPause(container) ? whilePaused(container, work) : work());
    nameImage(image.descriptor, full);
    tellLeftOut(leftOut);
    tellOf(container.config, 'commit', { comment: message ?? '', imageID: image.id, imageRef: full ?? '' });
    print(`${image.id}\n`);
    return 0;
  });
}

/** Without root there is seldom a cgroup, and an image of what runs is wanted all the same. */
function mayPause(container: Container): boolean {
  if (!isRunning(container.state) || canBePaused(container)) return true;
  warn(`${container.config.name} has no cgroup to be paused by: what it writes meanwhile may be in the image in part`);
  return false;
}

function tellLeftOut(paths: readonly string[]): void {
  const more = paths.length > 3 ? `, and ${paths.length - 3} more` : '';
  if (paths.length > 0)
    warn(
      `left out what no image can have, sockets and names that begin with .wh.: ${paths.slice(0, 3).join(', ')}${more}`,
    );
}
