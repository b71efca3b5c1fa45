import { type StopRequest, stopContainer } from '../../../container/life/stop.js';
import { parseSignal } from '../../../container/signal.js';
import { isRunning, restarting } from '../../../container/state.js';
import { readContainer, updateState } from '../../../container/store/store.js';
import { tellOf } from '../../../container/store/tell.js';
import { runDirectory, stateDirectory } from '../../../state/directories.js';
import { thisProcess } from '../../../state/ledger/ledger.js';
import { requireRoom } from '../../../state/room.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { addStopOptions } from '../control/stop.js';
import { forEach } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';
import { startAgain } from './start-again.js';

/** `tslab restart` */
export const define: Define = (command, choose) =>
  addStopOptions(command)
    .description('Stop containers, and start them again in the background.')
    .argument('<container...>')
    .action((references: string[], request: StopRequest) =>
      choose(() => forEach(references, (reference) => restart(reference, request))),
    );

async function restart(reference: string, request: StopRequest): Promise<void> {
  if (request.signal !== undefined) parseSignal(request.signal);
  const container = await findCurrent(reference);
  // What cannot be started again is not stopped.
  for (const directory of [container.directory, stateDirectory('ledger'), runDirectory()]) requireRoom(directory);
  if (isRunning(container.state)) {
    // Said first, so that nobody removes one with --rm in between.
    updateState(container.config.id, (state) => restarting(state, thisProcess()));
    await stopContainer(container, request);
  }
  await startAgain(readContainer(container.config.id) ?? container);
  tellOf(container.config, 'restart');
  print(`${reference}\n`);
}
