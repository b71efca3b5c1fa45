import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeFile } from '../kernel/call.js';
import { until } from '../kernel/clock.js';
import { canMakeGroups, SHARED } from './directories.js';
import { LEAF, makeRoom, PREPARED } from './leaf.js';
import { makeCgroup, removeCgroup } from './make.js';
import { refusal } from './refusal.js';
import { CONTROLLERS, type Controller } from './types.js';
import { V2Cgroup } from './v2.js';
import { words } from './values.js';

/** Where ours can be: below the root for root, below the own cgroup where that has been delegated to this user; undefined where neither offers a controller. */
export function findBase(root: string, own: string): string | undefined {
  // After a tslab that was killed, or doctor --prepare, we sit in a leaf that was made.
  const delegated = [LEAF, PREPARED].includes(basename(own)) ? dirname(own) : own;
  return [root, delegated].find((directory) => canMakeGroups(directory) && offeredBy(directory).length > CORE.length);
}

/** Controllers that the base can hand down. Counting CPU time and freezing need none (freezing since Linux 5.2). */
export function offeredBy(base: string): Controller[] {
  const listed = words(read(base, 'cgroup.controllers'));
  return CONTROLLERS.filter((one) => CORE.includes(one) || listed.includes(one));
}

/** Part of every v2 cgroup. */
export const CORE: readonly Controller[] = ['cpuacct', 'freezer'];

/** Makes `tslab/<name>` below the base and enables the controllers in every cgroup on the way. */
export function createV2(base: string, name: string, controllers: readonly Controller[]): V2Cgroup {
  const directory = join(base, SHARED, name);
  const offered = offeredBy(base).filter((one) => controllers.includes(one));
  makeCgroup([directory]);
  try {
    enableFor(directory, offered);
    return new V2Cgroup(name, new Map([...CORE, ...offered].map((controller) => [controller, directory])));
  } catch (error) {
    removeCgroup([directory]);
    throw error;
  }
}

/** `tslab/<name>` below the base, or undefined. */
export function findV2(base: string, name: string): V2Cgroup | undefined {
  const directory = join(base, SHARED, name);
  if (!existsSync(directory)) return undefined;
  const enabled = words(read(directory, 'cgroup.controllers'));
  const present = CONTROLLERS.filter((one) => CORE.includes(one) || enabled.includes(one));
  return new V2Cgroup(name, new Map(present.map((controller) => [controller, directory])));
}

/** Another tslab that ends at this moment may take its controllers and its leaf back, so a refusal is not the last word. */
function enableFor(directory: string, controllers: readonly Controller[]): void {
  const shared = dirname(directory);
  const enableAll = () => {
    enableInBase(dirname(shared), controllers);
    enable(shared, controllers);
  };
  if (!until(() => refusal(enableAll, ['EBUSY', 'EOPNOTSUPP', 'ENOENT', 'ENODEV']) === null, PATIENCE_MS)) enableAll();
}

const PATIENCE_MS = 2_000;

/**
 * Room comes first: with processes in the base, only memory would be refused (EBUSY). cpu, cpuset and pids would be enabled, and
 * make of the base a threaded domain, whose children take no controller any more (EOPNOTSUPP). cgroups(7), "Thread mode".
 *
 * They stay enabled when we are done: somebody else may rely on them by then, and without a limit they do nothing.
 */
function enableInBase(base: string, controllers: readonly Controller[]): void {
  makeRoom(base);
  enable(base, controllers);
}

/**
 * Enables controllers for the children of a cgroup; one that is enabled already stays so.
 *
 * It writes without looking first: the file shows a controller of another tslab's write before its files are there, and
 * only a write of our own waits for that.
 */
function enable(directory: string, controllers: readonly Controller[]): void {
  const text = controllers.filter((one) => !CORE.includes(one)).map((one) => `+${one}`);
  if (text.length > 0) writeFile(join(directory, 'cgroup.subtree_control'), text.join(' '));
}

function read(directory: string, file: string): string {
  return readFileSync(join(directory, file), 'utf8');
}
