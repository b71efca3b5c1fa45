import { isRunning } from '../../../container/state.js';
import { readContainer } from '../../../container/store/store.js';
import { parseDetachKeys } from '../../../container/terminal/detach-keys.js';
import { refuseWithoutTerminal } from '../../../container/terminal/session.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { warn } from '../../leftovers.js';
import { forEach, tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';
import { addDetachKeys, addSigProxy } from '../shared/process-options.js';
import { attachTo, ownOutput } from './attach-session.js';
import { startAgain } from './start-again.js';

interface StartOptions {
  readonly attach?: true;
  readonly interactive?: true;
  readonly detachKeys?: string;
  readonly sigProxy?: boolean;
}

/** `tslab start` */
export const define: Define = (command, choose) =>
  addSigProxy(addDetachKeys(command))
    .description('Start containers that were created and do not run, in the background.')
    .option('-a, --attach', 'show what it prints, forward signals, and end as it ends')
    .option('-i, --interactive', 'the same, and give it our input')
    .argument('<container...>')
    .action((references: string[], options: StartOptions) => choose(() => start(references, options)));

function start(references: readonly string[], options: StartOptions): Promise<number> {
  if (!options.attach && !options.interactive) return forEach(references, startOne);
  return tellingErrors(async () => {
    const [reference, another] = references;
    if (another === undefined) return await startInFront(reference as string, options);
    throw new UserError('you cannot start and attach multiple containers at once', 2);
  });
}

async function startOne(reference: string): Promise<void> {
  await startAgain(await findCurrent(reference));
  print(`${reference}\n`);
}

/** One that was made in the foreground starts there again; what a detached one prints is read from its logs. */
async function startInFront(
  reference: string,
  { interactive, detachKeys, sigProxy = false }: StartOptions,
): Promise<number> {
  const keys = parseDetachKeys(detachKeys);
  const container = await findCurrent(reference);
  const { id, detached, process } = container.config;
  if (interactive) refuseWithoutTerminal(process);
  const stdin = interactive ?? false;
  if (isRunning(container.state))
    return await (await import('./attach.js')).attachRunning(container, { stdin, keys, sigProxy });
  if (!detached) return await (await import('./run-container.js')).startCreated(container, { keys, warn, sigProxy });
  const from = ownOutput(container);
  await startAgain(container);
  return await attachTo(readContainer(id) ?? container, {
    stdin,
    keys,
    from,
    redraw: false,
    sigProxy,
  });
}
