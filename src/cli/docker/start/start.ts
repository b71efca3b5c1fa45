import { runForeground } from '../../../container/start/foreground.js';
import { isRunning } from '../../../container/state.js';
import { readContainer } from '../../../container/store/store.js';
import { refuseWithoutTerminal } from '../../../container/terminal/session.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { forEach, tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';
import { attachTo, ownOutput } from './attach-session.js';
import { startAgain } from './start-again.js';

interface StartOptions {
  readonly attach?: true;
  readonly interactive?: true;
}

/** `tslab start` */
export const define: Define = (command, choose) =>
  command
    .description('Start containers that were created and do not run, in the background.')
    .option('-a, --attach', 'show what it prints, forward signals, and end as it ends')
    .option('-i, --interactive', 'the same, and give it our input')
    .argument('<container...>')
    .action((references: string[], options: StartOptions) => choose(() => start(references, options)));

function start(references: readonly string[], { attach, interactive }: StartOptions): Promise<number> {
  if (!attach && !interactive) return forEach(references, startOne);
  return tellingErrors(async () => {
    const [reference, another] = references;
    if (another === undefined) return await startInFront(reference as string, interactive ?? false);
    throw new UserError('you cannot start and attach multiple containers at once', 2);
  });
}

async function startOne(reference: string): Promise<void> {
  await startAgain(await findCurrent(reference));
  print(`${reference}\n`);
}

/** One that was made in the foreground starts there again; what a detached one prints is read from its logs. */
async function startInFront(reference: string, interactive: boolean): Promise<number> {
  const container = await findCurrent(reference);
  const { id, detached, process } = container.config;
  if (interactive) refuseWithoutTerminal(process);
  if (isRunning(container.state))
    throw new UserError(`Container ${reference} runs already`, 2, `tslab attach ${reference}`);
  if (!detached) return (await runForeground(container)).exitCode;
  const from = ownOutput(container);
  await startAgain(container);
  return await attachTo(readContainer(id) ?? container, { stdin: interactive, from, redraw: false });
}
