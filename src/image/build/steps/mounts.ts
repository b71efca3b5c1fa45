import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isPrivileged } from '../../../kernel/credentials/privilege.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { Layers } from '../../../rootfs/layers.js';
import { makeTemporary, removeTemporary } from '../../../state/temporary.js';
import { digestOf, hexOf } from '../../digest.js';
import { possibleOwners } from '../../layer/owners.js';
import { Unpacking } from '../../layer/unpack.js';
import { imagesDirectory } from '../../store/layout.js';
import type { Source } from '../context/source.js';
import { Destination } from '../copy/destination.js';
import { copyEvents } from '../copy/events.js';
import { copyInputs } from '../copy/inputs.js';
import { type CopyRequest, planCopy } from '../copy/plan.js';
import type { CopyPlan } from '../copy/planned.js';
import type { RunMount } from '../dockerfile/run-mounts.js';
import type { HostMount } from '../host.js';

/** A mount of RUN: what it adds to the cache's question, and how it is made. */
export interface PreparedMount {
  readonly input: string;
  /** Called with a directory that is removed when the instruction has ended. */
  make(scratch: string): Promise<HostMount>;
}

/** Reads what is to be mounted. Throws UserError. */
export async function prepareMount(
  mount: RunMount,
  sourceOf: (from: string | undefined) => Promise<Source>,
): Promise<PreparedMount> {
  if (mount.type === 'tmpfs') return { input: JSON.stringify(mount), make: async () => mount };
  if (mount.type === 'cache') return { input: JSON.stringify(mount), make: async () => cacheMount(mount) };
  return bindMount(mount, await sourceOf(mount.from));
}

/** What is made for mounts while an instruction runs; nothing stays of it. */
export async function withScratch<T>(work: (scratch: string) => Promise<T>): Promise<T> {
  const scratch = makeTemporary(imagesDirectory('ingest'));
  try {
    return await work(scratch);
  } finally {
    removeTemporary(scratch);
  }
}

const AT = '/files';

/** A copy of the files, without those of .dockerignore: what the instruction does to them changes nothing of the source. */
async function bindMount(
  { source: path, target }: Extract<RunMount, { type: 'bind' }>,
  source: Source,
): Promise<PreparedMount> {
  const now = 0n;
  const request: CopyRequest = {
    kind: 'COPY',
    sources: [path],
    destination: AT,
    owner: undefined,
    mode: undefined,
    now,
  };
  using nothing = new Layers([]);
  const destination = new Destination(nothing, request);
  const plan = await planCopy(request, source, destination);
  return {
    input: JSON.stringify([target, copyInputs(plan)]),
    make: async (scratch) => {
      mkdirSync(scratch);
      await unpackPlan(plan, source, { destination, directory: scratch });
      return { type: 'bind', source: join(scratch, AT), target, readOnly: true };
    },
  };
}

async function unpackPlan(
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

/** A directory of the store that stays: `tslab image prune -a` removes it. */
function cacheMount({ id, target, readOnly, mode, uid, gid }: Extract<RunMount, { type: 'cache' }>): HostMount {
  const directory = join(imagesDirectory('cache-mounts'), hexOf(digestOf(id)));
  try {
    mkdirSync(directory);
    chmodSync(directory, mode);
    if (isPrivileged()) chownSync(directory, uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new UserError(`the cache ${id} cannot be made: ${error}`, 3);
  }
  return { type: 'bind', source: directory, target, readOnly };
}
