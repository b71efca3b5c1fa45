import { startBox, startInBox } from '../../src/exercise/box.js';
import { type Facts, type ListStage, listExercise } from '../../src/exercise/definition.js';
import { same } from '../../src/exercise/look.js';
import { CLONE_NEWNS } from '../../src/kernel/constants.js';
import type { Child } from '../../src/kernel/process.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import type { Lab } from '../../src/lab/lab.js';
import { fileId } from '../../src/procfs/file-id.js';
import { readMountinfo } from '../../src/procfs/mountinfo.js';

type Id = 'kept' | 'root' | 'peers';

export const nineReasons = listExercise({
  id: '02-nine-reasons',
  form: 'list',
  facts: ['kept', 'root', 'peers'],
  wrong: { 'bind-only': 'calls', chroot: 'kept', 'not-recursive': 'peers' },
  async prepare(lab): Promise<ListStage<Id>> {
    const box = await startBox(lab);
    const run = async (calls: readonly Syscall[]) => {
      const child = await startInBox(lab, box, { namespaces: CLONE_NEWNS, calls });
      return factsOf(lab, { box, child, calls });
    };
    return { given: { root: lab.rootfs.path }, run };
  },
});

interface Made {
  readonly box: Child;
  readonly child: Child;
  readonly calls: readonly Syscall[];
}

/** The calls of the list at the start. */
const KEPT = ['chdir', 'chdir', 'mount', 'mount', 'pivot_root', 'umount2'];

function factsOf({ rootfs }: Lab, { box, child: { pid }, calls }: Made): Facts<Id> {
  return {
    kept: () => {
      const made = calls.map(({ name }) => name as string);
      const count = (all: readonly string[], name: string) => all.filter((one) => one === name).length;
      const missing = [...new Set(KEPT)].filter((name) => count(made, name) < count(KEPT, name));
      return { held: missing.length === 0, at: 'missing in the list', says: missing.join(', ') || 'none' };
    },
    root: () => same(`/proc/${pid}/root`, fileId(rootfs.path), fileId(`/proc/${pid}/root/`)),
    peers: () => {
      const groups = new Set(readMountinfo(box.pid).flatMap(({ propagation: { shared } }) => shared ?? []));
      const peers = readMountinfo(pid).filter(({ propagation: { shared } }) => groups.has(shared ?? -1));
      return same(`/proc/${pid}/mountinfo: mounts in a peer group of the host`, 0, peers.length);
    },
  };
}
