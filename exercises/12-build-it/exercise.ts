import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { limitCpu, limitMemory, limitPids } from '../../labs/03-cgroups/calls/limits.js';
import { tryOverlay } from '../../labs/04-overlay/calls/refusal.js';
import { makeWritableLayer } from '../../labs/04-overlay/calls/writable-layer.js';
import type { Cgroup } from '../../src/cgroup/cgroup.js';
import { openTriedCgroups } from '../../src/cgroup/trial.js';
import type { Controller } from '../../src/cgroup/types.js';
import { enterBox, startBox } from '../../src/exercise/box.js';
import { CONTAINER_FACTS, type ContainerFact, containerFacts } from '../../src/exercise/container-facts.js';
import { type Facts, type ListStage, listExercise } from '../../src/exercise/definition.js';
import { gone, same } from '../../src/exercise/look.js';
import { clone, mount, setns } from '../../src/kernel/calls/index.js';
import * as k from '../../src/kernel/constants.js';
import type { Child } from '../../src/kernel/process.js';
import { housekeeping, type Syscall } from '../../src/kernel/syscall.js';
import type { Lab } from '../../src/lab/lab.js';
import { allOutput } from '../../src/lab/output.js';
import { shell, shellThatStays } from '../../src/lab/script.js';
import { membershipIn, parseProcCgroup, readProcCgroup } from '../../src/procfs/cgroups.js';
import { fileId } from '../../src/procfs/file-id.js';
import { readMountinfo } from '../../src/procfs/mountinfo.js';
import { nameMounts } from '../../src/procfs/snapshot.js';

const MORE = ['shm', 'links', 'name', 'limits', 'cgroup', 'volume', 'host'] as const;

type Id = ContainerFact | (typeof MORE)[number];

export const buildIt = listExercise({
  id: '12-build-it',
  form: 'list',
  facts: [...CONTAINER_FACTS, ...MORE],
  wrong: {
    'joins-late': 'cgroup',
    'no-links': 'links',
    'name-too-early': 'host',
    chroot: 'pivoted',
    'shared-mounts': 'calls',
  },
  needsCgroup: true,
  needsRoot: 'its list makes the nodes of devices',
  async prepare(lab): Promise<ListStage<Id>> {
    const directory = lab.makeDirectory();
    const [layer, volume] = [makeWritableLayer(directory), join(directory, 'volume')];
    mkdirSync(volume);
    tryOverlay({ lower: [lab.rootfs.path], ...layer, privileged: lab.privileged });
    const cgroup = makeLimited(lab);
    const box = await startBox(lab, [mount('disk', volume, 'tmpfs', 0, null)], APART);
    const host = await hostOf(lab, box);
    const run = async (calls: readonly Syscall[]) => {
      const container = await startIn(lab, box, calls);
      return factsOf({ lab, box, container, cgroup, volume, host });
    };
    return { given: { image: lab.rootfs.path, ...layer, cgroups: cgroup.directories.join(' '), volume }, run };
  },
});

/** A list that names the host, or gives it links, does so to the box. */
const APART = k.CLONE_NEWUTS | k.CLONE_NEWIPC | k.CLONE_NEWNET;

interface Built {
  readonly lab: Lab;
  readonly box: Child;
  readonly container: Child;
  readonly cgroup: Cgroup;
  readonly volume: string;
  /** What the box was before the list. */
  readonly host: string;
}

function factsOf({ lab, box, container, cgroup, volume, host }: Built): Facts<Id> {
  const { pid } = container;
  return {
    ...containerFacts(lab, box, () => pid),
    shm: () => {
      const [own, boxes] = [pid, box.pid].map((one) => deviceOf(`/proc/${one}/root/dev/shm`));
      const at = `/proc/${pid}/root/dev/shm: st_dev`;
      return own === undefined ? gone(at) : { held: own !== boxes, at, says: `${own}` };
    },
    links: () => {
      const at = `/proc/${pid}/net/fib_trie`;
      return same(at, LOOPBACK, readFileSync(at, 'utf8').includes(LOOPBACK) ? LOOPBACK : null);
    },
    name: async () => {
      const own = await readInside(lab, container, NAME);
      return { held: own !== (await readInside(lab, box, NAME)), at: `${NAME} (CLONE_NEWUTS)`, says: own };
    },
    limits: () => {
      const outside = controllersOf(cgroup).find((one) => !pathOf(container, one).endsWith(`/${cgroup.name}`));
      return {
        held: outside === undefined,
        at: `/proc/${pid}/cgroup`,
        says: pathOf(container, outside ?? 'pids'),
      };
    },
    cgroup: async () => {
      const seen = parseProcCgroup(await readInside(lab, container, `/proc/${pid}/cgroup`));
      const paths = controllersOf(cgroup).map((one) => membershipIn(seen, one)?.path);
      return same(`/proc/${pid}/cgroup (CLONE_NEWCGROUP)`, '/', paths.find((path) => path !== '/') ?? '/');
    },
    volume: () => {
      const at = `/proc/${pid}/root${TARGET}`;
      return same(at, fileId(`/proc/${box.pid}/root${volume}`), existsSync(at) ? fileId(`${at}/`) : null);
    },
    host: async () => {
      const now = await hostOf(lab, box);
      const before = host.split('\n');
      const changed = now.split('\n').find((line) => !before.includes(line));
      return { held: now === host, at: `/proc/${box.pid}/mountinfo, ${NAME}`, says: changed ?? before[0] ?? '' };
    },
  };
}

/** Where the list is to attach the volume. */
const TARGET = '/mnt';
/** lo has it when it is on. */
const LOOPBACK = '127.0.0.1';
/** What uname(2) says of the namespace of whoever reads it. */
const NAME = '/proc/sys/kernel/hostname';

/** Those of lab 12’s limits that this machine has controllers for; a process is limited by joining. */
function makeLimited(lab: Lab): Cgroup {
  const cgroups = openTriedCgroups();
  const cgroup = cgroups.create(
    `exercise-${process.pid}`,
    LIMITED.filter((one) => cgroups.controllers.has(one)),
  );
  lab.atEnd(() => cgroup.remove());
  const has = (controller: Controller) => cgroup.paths.has(controller);
  if (has('cpu')) limitCpu(cgroup, 0.5);
  if (has('memory')) limitMemory(cgroup, 64 << 20);
  if (has('pids')) limitPids(cgroup, 32);
  return cgroup;
}

const LIMITED: readonly Controller[] = ['cpu', 'memory', 'pids'];

function controllersOf(cgroup: Cgroup): Controller[] {
  return LIMITED.filter((one) => cgroup.paths.has(one));
}

function pathOf({ pid }: Child, controller: Controller): string {
  return membershipIn(readProcCgroup(pid), controller)?.path ?? 'none';
}

/** Its process is in the pid namespace of the box, and else in those of its own that the list makes. */
function startIn(lab: Lab, box: Child, calls: readonly Syscall[]): Promise<Child> {
  return lab.visit(box, (pidfd, own) => [
    ...[...enterBox(pidfd, own | APART), clone(0)].map(housekeeping),
    ...calls,
    shellThatStays(),
  ]);
}

/** What the box has that a list could change: its name, its links, its mounts. */
async function hostOf(lab: Lab, box: Child): Promise<string> {
  const mounts = [...nameMounts(readMountinfo(box.pid))].map((mount) => mount.join(' '));
  const name = await readInside(lab, box, NAME);
  return [name, readFileSync(`/proc/${box.pid}/net/dev`, 'utf8').replace(/:.*/g, ''), ...mounts].join('\n');
}

/** What a file of /proc says to a reader in the UTS and cgroup namespaces of a process: it answers by those of the reader. */
function readInside(lab: Lab, { pid }: Child, path: string): Promise<string> {
  return lab.folded(async () => {
    const enter = (pidfd: number, own: number) => setns(pidfd, own | k.CLONE_NEWUTS | k.CLONE_NEWCGROUP);
    const reader = await lab.visit({ pid }, (pidfd, own) => [enter(pidfd, own), shell(`exec cat ${path}`)]);
    return (await allOutput(reader)).stdout.trim();
  });
}

function deviceOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.dev;
}
