import { awaitsRestart, isOrphan } from '../../../container/state.js';
import { findContainer, listContainers } from '../../../container/store/find.js';
import type { Container } from '../../../container/store/store.js';
import { askSupervisor } from '../../../container/supervisor/client.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { machineTrouble } from '../../../state/not-writable.js';
import { sweepLeftovers, warn } from '../../leftovers.js';

/** All containers as they are now, newest first. What runs that were killed left is removed; containers that lost their supervisor have another one then. */
export async function findAllCurrent(): Promise<Container[]> {
  sweepLeftovers();
  const containers = listContainers(warn);
  if (containers.some(mayHaveLostItsSupervisor)) await adoptIfPossible();
  return containers;
}

/** The container that a name or the start of an id means, as it is now. Throws UserError (2) where there is none. */
export async function findCurrent(reference: string): Promise<Container> {
  const container = findContainer(reference);
  if (mayHaveLostItsSupervisor(container)) await adoptIfPossible();
  return container;
}

/** Commands that look at containers, or end one, work without a supervisor: that none can be started is only a warning. */
export async function adoptIfPossible(): Promise<void> {
  try {
    const reply = await askSupervisor({ op: 'adopt' });
    if (!reply.ok) warn(`the supervisor cannot take over: ${reply.message}`);
  } catch (error) {
    const known = error instanceof UserError ? error : machineTrouble(error);
    if (!known) throw error;
    warn(`no supervisor can be started, and so nothing is started again: ${known.message}`);
  }
}

/** Whether one that is to be started again still has a supervisor only a supervisor can tell. */
function mayHaveLostItsSupervisor(container: Container): boolean {
  return container.config.detached && (awaitsRestart(container) || isOrphan(container.state));
}
