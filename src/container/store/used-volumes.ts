import { readRegularFile } from '../../kernel/files/regular-file.js';
import type { UsedBy } from '../../volume/volumes.js';
import { CONFIG } from './formats.js';
import { containerIds, directoryOf, readOrSkip, recordOf } from './read.js';

/** The name of a container, and whether it uses a volume. */
interface User {
  readonly name: string;
  uses(volume: string): boolean;
}

/**
 * Returns a test of which containers use a volume, running or not. They are read at its first call, under the lock of
 * the volumes: so nothing here may take another lock.
 */
export function volumeUsers(): UsedBy {
  let users: readonly User[] | undefined;
  return (name) => {
    users ??= containerIds().map(userOf);
    return users.filter((user) => user.uses(name)).map((user) => user.name);
  };
}

function userOf(id: string): User {
  const config = readOrSkip(id)?.config;
  if (!config) return unreadable(id);
  const volumes = config.mounts.map((mount) => (mount.type === 'volume' ? mount.name : ''));
  return { name: config.name, uses: (volume) => volumes.includes(volume) };
}

/** A container of a newer tslab, or a damaged one that can be repaired, keeps the volumes that its record mentions. */
function unreadable(id: string): User {
  const text = textOf(recordOf(directoryOf(id)));
  return { name: id.slice(0, 12), uses: (volume) => text.includes(JSON.stringify(volume)) };
}

function textOf(path: string): string {
  try {
    return readRegularFile(path, CONFIG.limit).toString('utf8');
  } catch {
    return '';
  }
}
