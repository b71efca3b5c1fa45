import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { procsIn } from '../../cgroup/members.js';
import { findCgroups } from '../../cgroup/sweep.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { endProcess } from '../../network/rootless/end-process.js';
import { readProcess } from '../../procfs/processes.js';
import { stateDirectory } from '../../state/directories.js';
import { type Entry, ledgerFiles, readLedger } from '../../state/ledger/ledger-file.js';
import { removeTree } from '../../state/remove-tree.js';
import { BUILDS } from '../build/label.js';
import { type ContainerState, isOrphan, isRunning, neverStarted } from '../state.js';
import { listContainers, reconcile } from './find.js';
import { directoryOf } from './read.js';
import { removeContainer } from './remove.js';
import { containerIds, readOrSkip } from './store.js';

/**
 * Cgroups of tslab that no running container needs and no ledger knows of.
 *
 * A container's cgroup is in the ledger of the process that starts it until its state says `running`. So the order matters: for a cgroup
 * that is found, and is in no ledger afterwards, the state read last says whether it runs.
 */
export function findUnusedCgroups(warn: (message: string) => void): string[] {
  const cgroups = findCgroups();
  const owned = new Set(ledgerFiles().flatMap((file) => readLedger(file).map(({ name }) => name)));
  const states = new Map(listContainers(warn).map(({ config, state }) => [config.id, state]));
  const kept = cgroups.filter((path) => owned.has(path) || isNeeded(path, states.get(basename(path))));
  const bases = new Set(kept.map((path) => dirname(dirname(path))));
  // The shared `tslab` and the leaf beside it stay as long as anything in `tslab` does.
  return cgroups.filter((path) => !kept.includes(path) && !bases.has(dirname(path)));
}

/**
 * A lab's cgroup has the pid of its tslab at the end of its name. An unknown container may be one of another
 * state directory (TSLAB_STATE): it has processes, or is about to.
 */
function isNeeded(path: string, state: ContainerState | undefined): boolean {
  const id = basename(path);
  if (!/^[0-9a-f]{64}$/.test(id)) return isTslab(Number(/-(\d+)$/.exec(id)?.[1] ?? 0));
  if (state) return isRunning(state);
  return !isQuarantined(id) && (procsIn(path).length > 0 || isNew(path));
}

/** tslab runs on node: a process of another program has the pid of one that is gone. */
function isTslab(pid: number): boolean {
  return pid > 0 && /^(node|tslab)/.test(readProcess(pid)?.comm ?? '');
}

/** Containers that were made to be started, by a command that was killed. */
export function findNeverStarted(): Entry[] {
  const containers = containerIds().flatMap((id) => readOrSkip(id) ?? []);
  return containers
    .filter(({ state }) => neverStarted(state))
    .map(({ config }) => ({ kind: 'container', name: config.id }));
}

/**
 * Removes one of them, unless it was started meanwhile; that of a build in any case, and what is left of it where its owner was killed at that. It dies
 * with the build (PR_SET_PDEATHSIG), but not at once. Throws where it does not: it stays in the ledger then.
 */
export function removeNeverStarted(id: string): void {
  removeTree(`${directoryOf(id)}.removed`);
  const container = readOrSkip(id);
  const left = container && reconcile(container);
  if (!left || !(BUILDS in left.config.labels)) return;
  if (isOrphan(left.state)) endProcess(left.state.init);
  const ended = reconcile(left);
  if (ended) removeContainer(ended, true);
  const still = readOrSkip(id)?.state;
  if (still && isOrphan(still))
    throw new UserError(`the process ${still.init.pid} of a build that was killed does not end`, 3);
}

/** The time that a container may take from its cgroup to its first process, in milliseconds. */
const STARTING = 10_000;

function isNew(path: string): boolean {
  const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - made < STARTING;
}

/** A damaged container can be neither stopped nor entered any more. */
function isQuarantined(id: string): boolean {
  return readdirSync(stateDirectory('quarantine')).includes(id);
}

/** Directories of containers whose removal began at least `age` milliseconds ago: the command may have been killed. */
export function findHalfRemoved(age = 0): Entry[] {
  const containers = stateDirectory('containers');
  const doomed = readdirSync(containers).filter((name) => name.endsWith('.removed'));
  const paths = doomed.map((name) => join(containers, name)).filter((path) => isOlder(path, age));
  return paths.map((name) => ({ kind: 'directory', name }));
}

/** Its rename was the last change, so its time is the ctime: rename(2). */
function isOlder(path: string, age: number): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.ctimeMs >= age;
}
