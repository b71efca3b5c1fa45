import { tell } from '../../state/event-log.js';
import type { ContainerConfig } from '../record.js';
import { type ContainerState, isPaused, isRunning } from '../state.js';

/** Tells `tslab events` what has happened to a container, by Docker's names for it. Never throws. */
export function tellOf(config: ContainerConfig, action: string, more: Readonly<Record<string, string>> = {}): void {
  const { id, image, name, labels } = config;
  tell({ type: 'container', action, id, attributes: { ...labels, image, name, ...more } });
}

/** The same of a new state, but for a start: that is one when its program runs. */
export function tellChange(config: ContainerConfig, before: ContainerState, now: ContainerState): void {
  if (!isRunning(before)) return;
  if (!isRunning(now)) tellEnd(config, now);
  else if (isPaused(now) && !isPaused(before)) tellOf(config, 'pause');
  else if (isPaused(before) && !isPaused(now)) tellOf(config, 'unpause');
}

function tellEnd(config: ContainerConfig, { exitCode, oomKilled }: ContainerState): void {
  if (oomKilled) tellOf(config, 'oom');
  tellOf(config, 'die', { exitCode: `${exitCode}` });
  for (const mount of config.mounts) {
    if (mount.type === 'volume') tellVolume(mount.name, 'unmount', { container: config.id });
  }
}

/** Tells that a container is about to mount its volumes. */
export function tellMounts({ id, mounts }: ContainerConfig): void {
  for (const mount of mounts) {
    if (mount.type !== 'volume') continue;
    const { name, target, readOnly } = mount;
    const attributes = { container: id, destination: target, propagation: '', 'read/write': `${!readOnly}` };
    tellVolume(name, 'mount', attributes);
  }
}

function tellVolume(id: string, action: string, attributes: Readonly<Record<string, string>>): void {
  tell({ type: 'volume', action, id, attributes: { driver: 'local', ...attributes } });
}
