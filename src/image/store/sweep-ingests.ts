import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../procfs/processes.js';
import { ownerOf } from '../../state/ledger/ledger-file.js';
import { tryLock } from '../../state/lock.js';
import { removeTree } from '../../state/remove-tree.js';
import { imagesDirectory } from './layout.js';

/** How long a blob of which a part has come waits for somebody to go on with it, in milliseconds. */
const RESUMABLE = 24 * 60 * 60 * 1000;

/** Removes what those left who were killed while they wrote a blob, or unpacked a layer: also where their ledger is lost, and while others write. */
export function sweepIngests(): void {
  for (const parent of ['layers', 'ingest'].map(imagesDirectory)) {
    for (const name of readdirSync(parent).filter(isAbandoned)) removeTree(join(parent, name));
  }
  const directory = imagesDirectory('ingest');
  for (const name of readdirSync(directory).filter((one) => !one.startsWith('.')))
    removeIfDone(join(directory, name), name);
}

/** Removes all blobs of which a part has come, and that nobody writes just now, for whoever needs the room. Returns how many bytes that gave back. */
export function removeUnfinished(): number {
  const directory = imagesDirectory('ingest');
  const names = readdirSync(directory).filter((name) => !name.startsWith('.'));
  return names.reduce((sum, name) => sum + removeUnlessWritten(join(directory, name)), 0);
}

function removeUnlessWritten(path: string): number {
  const size = lstatSync(path, { throwIfNoEntry: false })?.size;
  using lock = size === undefined ? undefined : tryLock(path);
  if (!lock) return 0;
  rmSync(path, { force: true });
  return size ?? 0;
}

/** By its name, which tells whose it is. */
function isAbandoned(name: string): boolean {
  const owner = name.startsWith('.tmp-') ? ownerOf(name) : undefined;
  return owner !== undefined && !isAlive(owner.pid, owner.startTime);
}

/** Only what has the digest for a name can be found again, and only for a day. Whoever writes it has its lock. */
function removeIfDone(path: string, name: string): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats || (/^[0-9a-f]{64}$/.test(name) && Date.now() - stats.mtimeMs < RESUMABLE)) return;
  using lock = tryLock(path);
  // It may have become a blob meanwhile.
  if (lock) rmSync(path, { force: true });
}
