import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isMadeHere } from '../../../docker/options/image.js';
import { here } from '../../../state/directories.js';
import type { PullFlags } from '../images/pull-first.js';

/**
 * The image of the store that is to be run, pulled where `--pull` wants that, and what keeps its layers meanwhile; undefined for the root filesystem that is made without a store, or
 * a directory. `check` throws where the rest of the command line is wrong: nothing is pulled for that. Code for images is not loaded before there are some.
 */
export async function imageToRun(options: Options, name: string, check: () => Promise<unknown>) {
  const { rootfs, pull = 'missing' } = options;
  if (rootfs !== undefined) return undefined;
  const mayPull = mayBePulled(options, name);
  if (!mayPull && !name.startsWith('tslab/') && !existsSync(join(here().state, 'images/index.json'))) return undefined;
  const { storedImage, makeLayers, holdStore, ...rest } = await import('../../../docker/stored-image.js');
  const hold = isDry(options) ? undefined : holdStore();
  const there = pull === 'always' && mayPull ? undefined : await storedImage(name);
  if (!there && mayPull) {
    await check();
    const { pullFirst } = await import('../images/pull-first.js');
    await makeLayers(() => pullFirst(name, options));
  }
  const image = there ?? (await storedImage(name));
  if (image) return { image, hold, ...rest };
  hold?.[Symbol.dispose]();
  if (isMadeHere(name)) return undefined;
  await check();
  throw (await import('../images/pull-first.js')).unknownHere(name);
}

interface Options extends PullFlags {
  readonly rootfs?: string;
  readonly dryRun?: true;
  readonly 'dryRun=json'?: true;
}

/** A dry run makes nothing. */
function mayBePulled(options: Options, name: string): boolean {
  const { pull = 'missing' } = options;
  if (isDry(options) || pull === 'never') return false;
  return pull === 'always' || !isMadeHere(name);
}

function isDry({ dryRun, 'dryRun=json': asJson }: Options): boolean {
  return dryRun === true || asJson === true;
}
