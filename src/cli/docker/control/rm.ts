import { killContainer } from '../../../container/life/stop.js';
import { awaitsRestart, isRunning } from '../../../container/state.js';
import { removeContainer } from '../../../container/store/remove.js';
import { type Container, readContainer } from '../../../container/store/store.js';
import { stateOf } from '../../../docker/output/ps.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { isReadOnly } from '../../../state/directories.js';
import type { Define } from '../../command.js';
import { warn } from '../../leftovers.js';
import { forAll } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

interface RmOptions {
  readonly force?: true;
  readonly volumes?: true;
}

/** `tslab rm` */
export const define: Define = (command, choose) =>
  command
    .description('Remove containers.')
    .option('-f, --force', 'kill those that run; what is not there is fine')
    .option('-v, --volumes', 'their anonymous volumes too')
    .argument('<container...>')
    .action((references: string[], options: RmOptions) =>
      choose(() => forAll(references, (reference) => remove(reference, options))),
    );

async function remove(reference: string, { force, volumes }: RmOptions): Promise<string> {
  const container = await find(reference, force ?? false);
  // It stays where somebody has started it meanwhile.
  for (let now = container; now; now = readContainer(now.config.id)) {
    if (isRunning(now.state) || awaitsRestart(now)) await end(now, reference, force ?? false);
    if (force && isReadOnly(now.directory)) return stays(now);
    removeContainer(now, volumes ?? false);
  }
  return container ? `${reference}\n` : '';
}

/** Force ends what runs; that nothing can be removed there is told, and no failure. */
function stays({ config, directory }: Container): string {
  warn(`${config.name} has ended, and its files stay: the file system of ${directory} is read-only.`);
  return '';
}

/** As docker does it: with -f what is not there is told, and no failure. */
async function find(reference: string, force: boolean): Promise<Container | undefined> {
  try {
    return await findCurrent(reference);
  } catch (error) {
    const isGone = error instanceof UserError && error.message.startsWith('No such container');
    if (!force || !isGone) throw error;
    warn(error.message);
    return undefined;
  }
}

async function end(container: Container, reference: string, force: boolean): Promise<void> {
  if (force) {
    await killContainer(container);
    return;
  }
  const message = `cannot remove container "${reference}": container is ${stateOf(container)}`;
  throw new UserError(message, 2, 'Stop the container before removing it (tslab stop), or force remove (-f).');
}
