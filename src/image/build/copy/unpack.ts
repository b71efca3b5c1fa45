import { basename, dirname } from 'node:path';
import { Layers } from '../../../rootfs/layers.js';
import { possibleOwners } from '../../layer/owners.js';
import { Unpacking } from '../../layer/unpack.js';
import { openSource } from '../context/source.js';
import { isArchive } from './archive.js';
import { Destination } from './destination.js';
import { copyEvents } from './events.js';
import type { CopyPlan } from './planned.js';

/** Unpacks an archive of this host into a directory, which nothing in it leads out of; false: it is none. Throws UserError. */
export async function unpackIfArchive(path: string, directory: string): Promise<boolean> {
  using source = openSource(dirname(path));
  const from = { source, path: basename(path) };
  if (!(await isArchive(from))) return false;
  using nothing = new Layers([]);
  const destination = new Destination(nothing, { owner: undefined, mode: undefined, now: 0n });
  const plan = { members: [], archives: [{ from, to: '/', sha256: '' }], leftOut: [] };
  await unpackPlan(plan, { destination, directory });
  return true;
}

/** Makes the files of a plan in a directory of this host, and not a layer. */
export async function unpackPlan(
  plan: CopyPlan,
  { destination, directory }: { destination: Destination; directory: string },
): Promise<void> {
  const unpacking = Unpacking.into(directory, possibleOwners());
  try {
    for await (const event of copyEvents(plan, { destination, latest: undefined })) await unpacking.take(event);
    await unpacking.finish();
  } catch (error) {
    await unpacking.abandon();
    throw error;
  }
}
