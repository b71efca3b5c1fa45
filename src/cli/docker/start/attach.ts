import { isPaused, isRunning } from '../../../container/state.js';
import type { Container } from '../../../container/store/store.js';
import { parseDetachKeys } from '../../../container/terminal/detach-keys.js';
import { refuseWithoutTerminal } from '../../../container/terminal/session.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';
import { addDetachKeys, addSigProxy } from '../shared/process-options.js';
import { attachTo, ownOutput, type AttachOptions as SessionOptions } from './attach-session.js';

interface AttachOptions {
  readonly stdin: boolean;
  readonly detachKeys?: string;
  readonly sigProxy?: boolean;
}

/** `tslab attach` */
export const define: Define = (command, choose) =>
  addSigProxy(addDetachKeys(command))
    .description('Show what a detached container prints from now on, and give it our input.')
    .option('--no-stdin', 'only show')
    .argument('<container>')
    .action((reference: string, options: AttachOptions) =>
      choose(() => tellingErrors(() => attach(reference, options))),
    );

async function attach(reference: string, { stdin, detachKeys, sigProxy = false }: AttachOptions): Promise<number> {
  const keys = parseDetachKeys(detachKeys);
  return await attachRunning(await findCurrent(reference), { stdin, keys, sigProxy });
}

/** Attaches to a container that runs already. Its exit status, as of {@link attachTo}. Throws UserError (2), in the words of docker. */
export async function attachRunning(
  container: Container,
  options: Pick<SessionOptions, 'stdin' | 'keys' | 'sigProxy'>,
): Promise<number> {
  const { state } = container;
  if (isPaused(state)) throw new UserError('cannot attach to a paused container, unpause it first', 2);
  if (!isRunning(state)) throw new UserError('cannot attach to a stopped container, start it first', 2);
  if (!container.config.detached) {
    const message = `${container.config.name} runs in the foreground of another terminal (tslab is process ${state.owner.pid})`;
    throw new UserError(
      message,
      2,
      'What was started with -d, or has been left there by its keys, can be attached to.',
    );
  }
  if (options.stdin)
    refuseWithoutTerminal({ ...container.config.process, interactive: true }, 'With --no-stdin it only shows.');
  return await attachTo(container, { ...options, from: ownOutput(container), redraw: true });
}
