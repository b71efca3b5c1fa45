import { mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { mountOverlay } from '../../labs/04-overlay/calls/mount.js';
import { makeWritableLayer } from '../../labs/04-overlay/calls/writable-layer.js';
import { startBox, startInBox } from '../../src/exercise/box.js';
import { type Facts, type ListStage, listExercise } from '../../src/exercise/definition.js';
import { gone, same } from '../../src/exercise/look.js';
import { makeLayer, statusOf } from '../../src/exercise/overlay.js';
import { mkdir, mount } from '../../src/kernel/calls/index.js';
import { CLONE_NEWNS } from '../../src/kernel/constants.js';
import { errorCode } from '../../src/kernel/errors/errno.js';
import type { Child } from '../../src/kernel/process.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import type { Lab } from '../../src/lab/lab.js';
import { fileId } from '../../src/procfs/file-id.js';

type Id = 'host' | 'image' | 'volume';

export const symlinkTrap = listExercise({
  id: '06-symlink-trap',
  form: 'list',
  facts: ['host', 'image', 'volume'],
  wrong: { 'on-the-link': 'volume', 'not-the-link': 'image', 'old-call': 'calls', refused: 'calls' },
  async prepare(lab): Promise<ListStage<Id>> {
    const directory = lab.makeDirectory();
    const volume = makeLayer(join(directory, 'volume'), { report: 'today\n' });
    const { root, calls } = image(lab, directory);
    const box = await startBox(lab, [
      mount('host', LINK, 'tmpfs', 0, null),
      mkdir(`${LINK}/of-the-host`, 0o755),
      ...calls,
    ]);
    const run = async (calls: readonly Syscall[]) =>
      factsOf(volume, box, await startInBox(lab, box, { namespaces: CLONE_NEWNS, calls }));
    return { given: { root, volume }, run };
  },
});

/** Where the image's /data leads to. The box has a file system of its own there, so the real host loses nothing. */
const LINK = '/etc';

/** The root filesystem of the labs, with a link that whoever built the image has made. */
function image({ rootfs, privileged }: Lab, directory: string): { root: string; calls: readonly Syscall[] } {
  const patch = join(directory, 'patch');
  mkdirSync(patch, { mode: 0o755 });
  symlinkSync(LINK, join(patch, 'data'));
  const overlay = { ...makeWritableLayer(directory), lower: [patch, rootfs.path], privileged };
  return { root: overlay.target, calls: mountOverlay(overlay) };
}

/** A path of the container is looked up from its root, and not from ours: so no look goes through the link. */
function factsOf(volume: string, box: Child, { pid }: Child): Facts<Id> {
  const [host, inside] = [`/proc/${box.pid}/root${LINK}`, `/proc/${pid}/root`];
  return {
    host: () => same(host, 'of-the-host', readdirSync(host).join(', ')),
    image: () => same(`${inside}/data`, LINK, linkAt(`${inside}/data`)),
    volume: () => {
      const at = `${inside}${LINK}/logs`;
      return statusOf(at) === 'there' ? same(at, fileId(volume), fileId(at)) : gone(at, statusOf(at));
    },
  };
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}
