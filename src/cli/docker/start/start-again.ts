import { StartFailure } from '../../../container/start/failure.js';
import { askedToStart, askedToStop, isPaused, isRunning } from '../../../container/state.js';
import { type Container, makeDetached, updateState } from '../../../container/store/store.js';
import { startDetached } from '../../../container/supervisor/client.js';
import { UserError } from '../../../kernel/errors/user-error.js';

/**
 * Starts a container that has ended, or was never started, in the background; nothing happens where it runs. Throws UserError (2)
 * where it is paused, or cannot be started.
 */
export async function startAgain(container: Container): Promise<void> {
  const { config, state } = container;
  if (isPaused(state)) throw paused();
  if (isRunning(state)) return;
  makeReady(container);
  try {
    await startDetached(config.id);
  } catch (error) {
    // As in Docker its policy is for one that has started.
    updateState(config.id, (now) => (isRunning(now) ? now : askedToStop(now)));
    throw error instanceof StartFailure ? new UserError(error.message, 2, error.remedy) : error;
  }
}

/** A container of the foreground becomes a detached one. */
function makeReady(container: Container): void {
  updateState(container.config.id, askedToStart);
  if (!container.config.detached) makeDetached(container);
}

function paused(): UserError {
  return new UserError('cannot start a paused container, try unpause instead', 2);
}
