import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { canMakeGroups, SHARED } from '../directories.js';
import { CONTROLLERS, type Controller } from '../types.js';
import { words } from '../values.js';
import { CORE } from './controllers.js';
import { LEAF, PREPARED } from './leaf.js';
import { V2Cgroup } from './v2-cgroup.js';

/** Where ours can be: below the root for root, below the own cgroup where that has been delegated to this user; undefined where neither offers a controller. */
export function findBase(root: string, own: string): string | undefined {
  // After a tslab that was killed, or doctor --prepare, this process is in a leaf.
  const delegated = [LEAF, PREPARED].includes(basename(own)) ? dirname(own) : own;
  return [root, delegated].find((directory) => canMakeGroups(directory) && offeredBy(directory).length > CORE.length);
}

/** Controllers that the base can hand down. Counting CPU time, freezing (since Linux 5.2) and device programs need none. */
export function offeredBy(base: string): Controller[] {
  const listed = words(read(base, 'cgroup.controllers'));
  return CONTROLLERS.filter((one) => CORE.includes(one) || listed.includes(one));
}

/** `tslab/<name>` below the base, with those of the controllers that there are. */
export function planV2(base: string, name: string, controllers: readonly Controller[]): V2Cgroup {
  const directory = join(base, SHARED, name);
  const offered = offeredBy(base).filter((one) => controllers.includes(one));
  return new V2Cgroup(name, new Map([...CORE, ...offered].map((controller) => [controller, directory])));
}

/** `tslab/<name>` below the base, or undefined. */
export function findV2(base: string, name: string): V2Cgroup | undefined {
  const directory = join(base, SHARED, name);
  if (!existsSync(directory)) return undefined;
  const enabled = words(read(directory, 'cgroup.controllers'));
  const present = CONTROLLERS.filter((one) => CORE.includes(one) || enabled.includes(one));
  return new V2Cgroup(name, new Map(present.map((controller) => [controller, directory])));
}

function read(directory: string, file: string): string {
  return readFileSync(join(directory, file), 'utf8');
}
