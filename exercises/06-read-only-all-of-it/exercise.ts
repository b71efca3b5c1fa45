import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startBox, startInBox } from '../../src/exercise/box.js';
import { type Facts, type Finding, type ListStage, listExercise } from '../../src/exercise/definition.js';
import { gone, same } from '../../src/exercise/look.js';
import { mkdir, mount } from '../../src/kernel/calls/index.js';
import { CLONE_NEWNS } from '../../src/kernel/constants.js';
import { errorCode } from '../../src/kernel/errors/errno.js';
import type { Child } from '../../src/kernel/process.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import { findMount, readMountinfo } from '../../src/procfs/mountinfo.js';

type Id = 'both' | 'volume' | 'below' | 'refused' | 'host';

export const readOnlyAllOfIt = listExercise({
  id: '06-read-only-all-of-it',
  form: 'list',
  facts: ['both', 'volume', 'below', 'refused', 'host'],
  wrong: { remount: 'below', 'not-recursive': 'both', 'in-the-bind': 'volume', superblock: 'host' },
  async prepare(lab): Promise<ListStage<Id>> {
    const source = join(lab.makeDirectory(), 'source');
    mkdirSync(source);
    const box = await startBox(lab, disks(source));
    const run = async (calls: readonly Syscall[]) =>
      factsOf(source, box, await startInBox(lab, box, { namespaces: CLONE_NEWNS, calls }));
    return { given: { root: lab.rootfs.path, source }, run };
  },
});

/** Two file systems of the box's own, one mounted in the other. */
function disks(source: string): Syscall[] {
  const [one, other] = [source, join(source, 'sub')].map((path) => mount('disk', path, 'tmpfs', 0, null));
  return [one as Syscall, mkdir(join(source, 'sub'), 0o755), other as Syscall];
}

function factsOf(source: string, box: Child, { pid }: Child): Facts<Id> {
  const options = (path: string) => findMount(readMountinfo(pid), path)?.options ?? [];
  const isReadOnly = (path: string): Finding => {
    const at = `/proc/${pid}/mountinfo: ${path}`;
    return options(path).length === 0 ? gone(at) : same(at, 'ro', options(path)[0] ?? null);
  };
  return {
    both: () => {
      const there = [TARGET, BELOW].filter((path) => options(path).length > 0);
      return same(`/proc/${pid}/mountinfo`, `${TARGET} ${BELOW}`, there.join(' ') || null);
    },
    volume: () => isReadOnly(TARGET),
    below: () => isReadOnly(BELOW),
    refused: () => {
      const said = [TARGET, BELOW].map((path) => writing(`/proc/${pid}/root${path}`));
      return same(`/proc/${pid}/root: ${TARGET} ${BELOW}`, 'EROFS/EROFS', said.join('/'));
    },
    host: () => {
      const said = [source, join(source, 'sub')].map((path) => writing(`/proc/${box.pid}/root${path}`));
      return same(`/proc/${box.pid}/root${source}`, 'rw/rw', said.join('/'));
    },
  };
}

/** Where the volume is inside, and what is mounted below it. */
const [TARGET, BELOW] = ['/mnt', '/mnt/sub'];

/** What the kernel says to whoever wants to write there (access(2)). */
function writing(path: string): string {
  try {
    accessSync(path, constants.W_OK);
    return 'rw';
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}
