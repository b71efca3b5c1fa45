import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { escapePath, parseLayers, rest } from '../../labs/04-overlay/calls/options.js';
import { overlayRoot } from '../../labs/04-overlay/calls/root.js';
import { makeWritableLayer } from '../../labs/04-overlay/calls/writable-layer.js';
import { type Facts, type Finding, type ListStage, listExercise } from '../../src/exercise/definition.js';
import { same } from '../../src/exercise/look.js';
import { makeLayer, statusOf, stayInDirectory } from '../../src/exercise/overlay.js';
import { CLONE_NEWNS } from '../../src/kernel/constants.js';
import type { Child } from '../../src/kernel/process.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import { stayAfter } from '../../src/lab/script.js';
import { fileId } from '../../src/procfs/file-id.js';
import { findMount, readMountinfo } from '../../src/procfs/mountinfo.js';
import { diskUsage } from '../../src/state/tree.js';

type Id = 'own' | 'lower' | 'apart' | 'shared' | 'cheap';

export const twoFromOne = listExercise({
  id: '04-two-from-one',
  form: 'list',
  facts: ['own', 'lower', 'apart', 'shared', 'cheap'],
  wrong: { 'shared-work': 'own', 'on-top': 'lower', 'a-copy': 'cheap', 'not-made': 'calls' },
  async prepare(lab): Promise<ListStage<Id>> {
    const directory = lab.makeDirectory();
    const image = [makeLayer(join(directory, 'image'), { [`.${DATA}`]: 'x'.repeat(LARGE) }), lab.rootfs.path];
    const overlay = { ...makeWritableLayer(join(directory, 'first')), lower: image, privileged: lab.privileged };
    mkdirSync(join(directory, 'second', 'merged'), { recursive: true, mode: 0o755 });
    const first = await stayAfter(lab, { namespaces: CLONE_NEWNS, calls: overlayRoot(overlay) });
    const given = {
      lower: ['image', escapePath(lab.rootfs.path)].join(':'),
      options: rest(overlay)
        .map((setting) => setting.filter(Boolean).join('='))
        .join(','),
    };
    const run = async (calls: readonly Syscall[]) =>
      factsOf(directory, first, await stayInDirectory(lab, directory, calls));
    return { given, run };
  },
});

/** Only the image has it. */
const DATA = '/srv/data';
/** Bytes: no container that copies it is cheap. */
const LARGE = 1 << 20;
/** Bytes that the second one may cost. */
const CHEAP = 16 << 10;

function factsOf(directory: string, first: Child, second: Child): Facts<Id> {
  const [theirs, ours] = [first, second].map(
    ({ pid }) =>
      () =>
        layersOf(pid, directory),
  ) as [Read, Read];
  const at = `/proc/${second.pid}/mountinfo`;
  return {
    own: () => {
      const taken = theirs().writable.map(fileId);
      const common = ours().writable.find((path) => taken.includes(fileId(path)));
      const held = ours().writable.length === 2 && common === undefined;
      return { held, at, says: common ?? (ours().writable.join(', ') || 'none') };
    },
    lower: () => same(`${at}: lowerdir`, theirs().lower, ours().lower),
    apart: () => seesNothingOf(first, second) ?? seesNothingOf(second, first) ?? { held: true, at, says: 'ENOENT' },
    shared: () => same(`/proc/${second.pid}/root${DATA}: st_ino`, inodeOf(first), inodeOf(second)),
    cheap: () => {
      const cost = ours()
        .writable.slice(0, 1)
        .reduce((sum, upper) => sum + diskUsage(upper), 0);
      return { held: cost < CHEAP, at: 'upperdir', says: `${cost} bytes` };
    },
  };
}

type Read = () => ReturnType<typeof layersOf>;

/** Of the overlay that is a process's root: upper and work, if there are any, and all that is below. */
function layersOf(pid: number, directory: string): { writable: readonly string[]; lower: string } {
  const { lower, upper, work } = parseLayers(findMount(readMountinfo(pid), '/')?.superOptions ?? []);
  const absolute = (path: string) => resolve(directory, path);
  return {
    writable: [upper, work].flatMap((path) => (path === undefined ? [] : absolute(path))),
    lower: lower.map(absolute).join(':'),
  };
}

/** A file is written in one of them, from outside: where it is in the other, too. */
function seesNothingOf(writer: Child, reader: Child): Finding | undefined {
  const name = `written-in-${writer.pid}`;
  writeFileSync(`/proc/${writer.pid}/root/${name}`, `${writer.pid}\n`);
  const at = `/proc/${reader.pid}/root/${name}`;
  return statusOf(at) === 'ENOENT' ? undefined : { held: false, at, says: statusOf(at) };
}

function inodeOf({ pid }: Child): number {
  return statSync(`/proc/${pid}/root${DATA}`).ino;
}
