import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../kernel/errors/user-error.js';
import { ownName } from '../state/ledger/ledger.js';
import { type StateTrials, tryState } from './state-trials.js';

/** A directory in which `mktemp -d` makes one that can hold the state, tried; null where none of the usual ones will do. */
export function findElsewhere(privileged: boolean): string | null {
  const usual = ['/tmp', '/var/tmp', homedir(), process.env.XDG_RUNTIME_DIR ?? '', '/dev/shm'];
  return usual.find((parent) => parent !== '' && worksIn(parent, privileged)) ?? null;
}

function worksIn(parent: string, privileged: boolean): boolean {
  const before = process.env.TSLAB_STATE;
  try {
    process.env.TSLAB_STATE = join(parent, `tslab-trial-${ownName()}`);
    return isWhole(tryState(privileged));
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  } finally {
    if (before === undefined) delete process.env.TSLAB_STATE;
    else process.env.TSLAB_STATE = before;
  }
}

/** Everything worked. */
export function isWhole(trials: StateTrials): boolean {
  return Object.values(trials).every((refusal) => refusal === null);
}
