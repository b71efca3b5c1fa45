import { dirname, join } from 'node:path';
import { writeFile } from '../../kernel/call.js';
import { until } from '../../kernel/clock.js';
import { refusal } from '../refusal.js';
import type { Controller } from '../types.js';
import { makeRoom } from './leaf.js';

/** Part of every v2 cgroup; devices by a BPF program. */
export const CORE: readonly Controller[] = ['cpuacct', 'freezer', 'devices'];

/**
 * Enables controllers in every cgroup on the way to this one.
 *
 * Another tslab that ends at this moment may disable its controllers and remove its leaf, so a refusal is tried again.
 */
export function enableFor(directory: string, controllers: readonly Controller[]): void {
  const shared = dirname(directory);
  const enableAll = () => {
    enableInBase(dirname(shared), controllers);
    enable(shared, controllers);
  };
  if (!until(() => refusal(enableAll, ['EBUSY', 'EOPNOTSUPP', 'ENOENT', 'ENODEV']) === null, PATIENCE_MS)) enableAll();
}

const PATIENCE_MS = 2_000;

/**
 * It makes room first: with processes in the base, only memory would be refused (EBUSY). cpu, cpuset and pids would be enabled, and
 * turn the base into a threaded domain, whose children take no controller any more (EOPNOTSUPP). cgroups(7), "Thread mode".
 *
 * They stay enabled afterwards: others may rely on them by then, and without a limit they do nothing.
 */
function enableInBase(base: string, controllers: readonly Controller[]): void {
  makeRoom(base);
  enable(base, controllers);
}

/**
 * Enables controllers for the children of a cgroup; one that is enabled already stays so.
 *
 * It writes without reading first: the file shows a controller of another tslab's write before its files exist, and
 * only a write of our own waits for them.
 */
function enable(directory: string, controllers: readonly Controller[]): void {
  const text = controllers.filter((one) => !CORE.includes(one)).map((one) => `+${one}`);
  if (text.length > 0) writeFile(join(directory, 'cgroup.subtree_control'), text.join(' '));
}
