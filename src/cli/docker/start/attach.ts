import { isPaused, isRunning } from '../../../container/state.js';
import { refuseWithoutTerminal } from '../../../container/terminal/session.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';
import { attachTo, ownOutput } from './attach-session.js';

/** `tslab attach` */
export const define: Define = (command, choose) =>
  command
    .description('Show what a detached container prints from now on, and give it our input. Ctrl-P Ctrl-Q leaves it.')
    .option('--no-stdin', 'only show')
    .argument('<container>')
    .action((reference: string, options: { stdin: boolean }) =>
      choose(() => tellingErrors(() => attach(reference, options))),
    );

async function attach(reference: string, { stdin }: { stdin: boolean }): Promise<number> {
  const container = await findCurrent(reference);
  const { state } = container;
  if (isPaused(state)) throw new UserError('cannot attach to a paused container, unpause it first', 2);
  if (!isRunning(state)) throw new UserError('cannot attach to a stopped container, start it first', 2);
  if (!container.config.detached) {
    const message = `${container.config.name} runs in the foreground of another terminal (tslab is process ${state.owner.pid})`;
    throw new UserError(message, 2, 'Only what was started with -d can be attached to.');
  }
  if (stdin)
    refuseWithoutTerminal({ ...container.config.process, interactive: true }, 'With --no-stdin it only shows.');
  return await attachTo(container, { stdin, from: ownOutput(container), redraw: true });
}
