import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '../../../container/state.js';
import { findContainer } from '../../../container/store/find.js';
import { idOfName } from '../../../container/store/names.js';
import { containerIds, readOrSkip } from '../../../container/store/store.js';
import { errorCode } from '../../../kernel/errors/errno.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { procPath } from '../../../procfs/proc.js';
import { isAlive, readProcess } from '../../../procfs/processes.js';
import { here } from '../../../state/directories.js';

/** Whose namespaces are meant. */
export interface Target {
  /** The container's name, or the pid. */
  readonly name: string;
  /** Of a container the first process. */
  readonly pid: number;
  readonly isContainer: boolean;
}

/** A container by its name or the start of its id, else a process. Throws UserError: 2 where there is none, 3 where it may not be looked at. */
export function findTarget(word: string): Target {
  const isPid = /^[1-9]\d{0,6}$/.test(word) && !(hasContainers() && idOfName(word));
  return isPid ? processTarget(Number(word)) : containerTarget(word);
}

function processTarget(pid: number): Target {
  const found = readProcess(pid);
  if (!found) throw new UserError(`there is no process ${pid}`, 2, LOOK);
  if (found.state === 'Z')
    throw new UserError(`process ${pid} has ended, and left its namespaces: it is a zombie`, 2, LOOK);
  refuseHidden(pid, `${pid}`);
  return { name: `${pid}`, pid, isContainer: false };
}

const LOOK = '`tslab ns` shows the first process of each namespace.';

function containerTarget(word: string): Target {
  const { config, state } = findContainer(word);
  const { pid, startTime } = state.init;
  if (!isRunning(state) || !isAlive(pid, startTime))
    throw new UserError(`Container ${config.name} is not running`, 2, `tslab start ${config.name}`);
  refuseHidden(pid, config.name);
  return { name: config.name, pid, isContainer: true };
}

function refuseHidden(pid: number, name: string): void {
  try {
    readlinkSync(procPath(pid, 'ns/user'));
  } catch (error) {
    if (errorCode(error) !== 'EACCES') return;
    const message = `the namespaces of process ${pid} (${readProcess(pid)?.comm}) may not be looked at: it is another user’s, or has more rights (ptrace(2))`;
    throw new UserError(message, 3, `sudo tslab ns ${name}`);
  }
}

/** Nothing is made for a look, not even a directory. */
function hasContainers(): boolean {
  return existsSync(join(here().state, 'containers'));
}

/** The containers that run: the first process of each. */
export function runningContainers(): Target[] {
  if (!hasContainers()) return [];
  const all = containerIds().flatMap((id) => readOrSkip(id) ?? []);
  const running = all.filter(({ state }) => isRunning(state) && isAlive(state.init.pid, state.init.startTime));
  return running.map(({ config, state }) => ({ name: config.name, pid: state.init.pid, isContainer: true }));
}
