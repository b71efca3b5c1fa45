import { basename, dirname } from 'node:path';
import { Layers } from '../../../rootfs/layers.js';
import { possibleOwners } from '../../layer/owners.js';
import { Unpacking } from '../../layer/unpack.js';
import { openSource, type Source } from '../context/source.js';
import { isArchive } from './archive.js';
import { Destination } from './destination.js';
import { copyEvents } from './events.js';
import type { CopyPlan } from './planned.js';

/** Unpacks an archive of this host into a directory, which nothing in it leads out of; false: it is none. Throws UserError. */
export async function unpackIfArchive(path: string, directory: string): Promise<boolean> {
  using source = openSource(dirname(path));
  const from = basename(path);
  if (!(await isArchive(source, from))) return false;
  using nothing = new Layers([]);
  const destination = new Destination(nothing, { owner: undefined, mode: undefined, now: 0n });
  const plan = { members: [], archives: [{ from, to: '/', sha256: '' }], leftOut: [] };
  await unpackPlan(plan, source, { destination, directory });
  return true;
}

/** Makes the files of a plan in a directory of this host, and not a layer. */
export async function unpackPlan(
  plan: CopyPlan,
  source: Source,
  { destination, directory }: { destination: Destination; directory: string },
): Promise<void> {
  const unpacking = Unpacking.into(directory, possibleOwners());
  try {
    for await (const event of copyEvents(plan, source, { destination, latest: undefined })) await unpacking.take(event);
    await unpacking.finish();
  } catch (error) {
    await unpacking.abandon();
    throw error;
  }
}
