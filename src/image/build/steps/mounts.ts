import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Layers } from '../../../rootfs/layers.js';
import { Ignore } from '../context/ignore.js';
import type { Source } from '../context/source.js';
import { Destination } from '../copy/destination.js';
import { copyInputs } from '../copy/inputs.js';
import { type CopyRequest, planCopy } from '../copy/plan.js';
import { unpackPlan } from '../copy/unpack.js';
import type { Place } from '../dockerfile/place.js';
import type { RunMount } from '../dockerfile/run-mounts.js';
import { cacheMount } from './cache-mount.js';
import type { Surroundings } from './here.js';
import type { Scratch } from './scratch.js';
import { type Revealed, reveal } from './secret.js';

/** A mount of RUN: what it adds to the cache's question, and how it is made. */
export interface PreparedMount {
  readonly input: string;
  make(scratch: Scratch): Promise<Revealed>;
}

/** Reads what is to be mounted. What a cache or a secret holds is not asked. Throws UserError. */
export async function prepareMount(mount: RunMount, around: Surroundings, at: Place): Promise<PreparedMount> {
  if (mount.type === 'bind') return bindMount(mount, await around.sourceOf(mount.from, at));
  const input = JSON.stringify(mount);
  if ('variable' in mount) return { input, make: (scratch) => reveal(mount, scratch, around) };
  const make = async (scratch: Scratch) => (mount.type === 'cache' ? await cacheMount(mount, scratch, around) : mount);
  return { input, make: async (scratch) => ({ mounts: [await make(scratch)], env: [] }) };
}

const AT = '/files';

/** A copy of the files, without those of .dockerignore: what the instruction does to them changes nothing of the source. */
async function bindMount(
  { source: path, target, readOnly }: Extract<RunMount, { type: 'bind' }>,
  source: Source,
): Promise<PreparedMount> {
  const now = 0n;
  const request: CopyRequest = {
    ...{ parents: false, unpack: false, exclude: new Ignore('', '--exclude') },
    sources: [path],
    ...{ fetched: [], contents: [] },
    destination: AT,
    owner: undefined,
    mode: undefined,
    now,
  };
  using nothing = new Layers([]);
  const destination = new Destination(nothing, request);
  const plan = await planCopy(request, source, destination);
  return {
    input: JSON.stringify([target, readOnly, copyInputs(plan)]),
    make: async (scratch) => {
      const directory = scratch.path();
      mkdirSync(directory);
      await unpackPlan(plan, { destination, directory });
      return { mounts: [{ type: 'bind', source: join(directory, AT), target, readOnly }], env: [] };
    },
  };
}
