import type { Syscall } from '../../../src/kernel/syscall.js';
import { type Cause, changeOf, withName } from '../../../src/lab/cause.js';
import { rulesBy } from './device-rules.js';
import { limitsBy } from './limits.js';
import { type Matrix, readMatrix, TABLES } from './matrix.js';
import { comesWith, type Part } from './parts.js';
import { type Container, type Setup, startContainer } from './setup.js';

// #region add
/** A step: a new container with one part more, its tables beside those of the container before, and what `prove` checks. */
export async function addPart(setup: Setup, part: Part, prove: (container: Container) => Promise<void>): Promise<void> {
  const { lab, parts } = setup;
  if (await lab.step(part)) parts.add(part);
  const container = await startContainer(setup);
  await compare(setup, part, container);
  await prove(container);
}
// #endregion

async function compare(setup: Setup, part: Part, container: Container): Promise<void> {
  const { lab, before, parts } = setup;
  const after = readMatrix(container);
  for (const table of TABLES) {
    if (before) await lab.observe('before', before[table]);
    await lab.observe('after', after[table], parts.has(part) && causes(container, part)[table]);
  }
  setup.before = after;
}

/** What changes each table where it changes: clone(2), the calls that came with the part, what was written into cgroups. */
function causes({ child, pieces, cgroup }: Container, part: Part): Record<keyof Matrix, Cause> {
  const added = pieces.filter((piece) => comesWith(piece, part)).flatMap(({ calls }) => calls);
  return {
    namespaces: part === 'cgroup' ? withName(added, 'unshare') : child,
    sees: [part === 'net' && child, withName(added, ...SEEN).filter(isSeen)],
    limits: cgroup && limitsBy(cgroup).map(changeOf),
    powers: [
      part === 'devices' && cgroup && rulesBy(cgroup),
      withName(added, ...(part === 'user' ? ['setresuid'] : ['prctl', 'capset', 'seccomp'])),
    ],
  };
}

/** Calls that change what a process sees. */
const SEEN = ['mount', 'pivot_root', 'umount2', 'sethostname', 'unshare', 'move_mount'];

/** Some calls of mount(2) mount nothing: they change the flags or the propagation of a mount that is there. */
function isSeen({ args }: Syscall): boolean {
  return !args.some((arg) => arg.kind === 'integer' && /MS_(REMOUNT|PRIVATE)/.test(arg.text ?? ''));
}
