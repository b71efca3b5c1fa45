import { leafToPrepare, prepareCgroup } from '../../cgroup/prepare.js';
import { openTriedCgroups } from '../../cgroup/trial.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { onCall } from '../../kernel/recorder.js';
import type { CallRecord } from '../../kernel/syscall.js';
import { here, stateDirectory } from '../../state/directories.js';
import { rememberPreparation } from '../../state/ledger/preparations.js';
import { leavingNoDirectories, type StateTrials, tryState } from '../state-trials.js';
import { tryAll } from '../trials.js';
import { coverState } from './state.js';

/** Something that was done to the machine, in a sentence, and the calls that did it. */
export interface Deed {
  readonly what: string;
  readonly calls: readonly CallRecord[];
}

/** What `tslab doctor --prepare` did, and what it could not. */
export interface Prepared {
  readonly done: readonly Deed[];
  readonly lacking: readonly string[];
}

/**
 * Gives the machine what labs and containers need and root can give: a state directory that carries an overlay, and a cgroup
 * without processes. What is there already is left as it is. Throws a UserError without root.
 */
export function prepare(): Prepared {
  if (process.geteuid?.() !== 0) {
    throw new UserError('To prepare this machine takes root.', 3, 'sudo tslab doctor --prepare');
  }
  const done = [...prepareState(), ...prepareControlGroups()];
  return { done, lacking: [...stateLacks(), ...cgroupsLack()] };
}

function prepareState(): Deed[] {
  if (!isPrivileged() || !wouldHelp(stateTrials())) return [];
  const state = stateDirectory();
  const what = `mounted a tmpfs over ${state}, which could not carry containers. What it held is out of sight until tslab cleanup; containers and volumes now end with the machine.`;
  return [deed(what, () => coverState(state))];
}

function prepareControlGroups(): Deed[] {
  const leaf = leafToPrepare();
  if (leaf === undefined) return [];
  const what = `moved all processes of this container's cgroup into ${leaf}, and enabled the controllers for its other children.`;
  return [
    deed(what, () => {
      rememberPreparation(leaf);
      prepareCgroup(leaf);
    }),
  ];
}

function deed(what: string, work: () => void): Deed {
  const calls: CallRecord[] = [];
  const stop = onCall((record) => calls.push(record));
  try {
    work();
    return { what, calls };
  } finally {
    stop();
  }
}

/** Whether a tmpfs would give what is not there. */
function wouldHelp(trials: StateTrials | string): boolean {
  if (typeof trials === 'string') return false;
  return trials.programs !== null || (trials.overlay !== null && tryAll(true).overlay === null);
}

function stateLacks(): string[] {
  const trials = stateTrials();
  if (typeof trials === 'string') return [trials];
  const { programs, overlay } = trials;
  return [programs, overlay].flatMap((refusal) => (refusal ? [`${here().state}: ${refusal.said}`] : []));
}

/** What the state directory allows, or why it cannot be used at all. */
function stateTrials(): StateTrials | string {
  try {
    return tryState(isPrivileged());
  } catch (error) {
    return messageOf(error);
  }
}

function cgroupsLack(): string[] {
  try {
    leavingNoDirectories(openTriedCgroups);
    return [];
  } catch (error) {
    return [messageOf(error)];
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof UserError)) throw error;
  return [error.message, error.remedy ?? ''].join(' ').trim();
}
