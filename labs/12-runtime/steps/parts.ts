import type { ContainerConfig } from '../../../src/container/record.js';
import { chdir, sethostname } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { dropCapabilities } from '../../../src/kernel/credentials/capabilities.js';
import { mayFail } from '../../../src/kernel/syscall.js';
import { mountProc, privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { makeDev } from '../../02-rootfs/calls/dev.js';
import { maskPaths } from '../../02-rootfs/calls/masks.js';
import { mountPoints } from '../../02-rootfs/calls/mount-points.js';
import { bindSelf, detachOldRoot, mountSys, swapRoots } from '../../02-rootfs/calls/root.js';
import { mountOverlay } from '../../04-overlay/calls/mount.js';
import type { Piece, Surroundings } from '../calls/container.js';
import { runProgram } from '../calls/program.js';
import { ownSession } from '../calls/terminal.js';
import { becomeUser } from '../calls/user.js';
import { prepareMounts } from '../calls/volumes.js';
import { workingDirectory } from '../calls/working-directory.js';

/** What the lab adds to a plain process, in this order. `--skip` leaves any of them out. */
export const PARTS = ['pid', 'mount', 'overlay', 'uts-ipc', 'net', 'cgroup', 'volume'] as const;

export type Part = (typeof PARTS)[number];

/** What a container is made of. */
export interface Plan {
  readonly config: ContainerConfig;
  readonly at: Surroundings;
  /** The image: its one layer. */
  readonly image: string;
  /** A directory of the host, and where the container has it. */
  readonly volume: { readonly source: string; readonly target: string };
}

/** A piece of the list, and the part that it came with. */
export interface Fitted extends Piece {
  readonly part: Part | 'plain';
}

// #region parts
const NAMESPACES: Partial<Record<Part, number>> = {
  pid: k.CLONE_NEWPID,
  mount: k.CLONE_NEWNS,
  'uts-ipc': k.CLONE_NEWUTS | k.CLONE_NEWIPC,
  net: k.CLONE_NEWNET,
};

/** What clone(2) makes anew for these parts. */
export function namespacesFor(parts: ReadonlySet<Part>): number {
  return [...parts].reduce((flags, part) => flags | (NAMESPACES[part] ?? 0), 0);
}

/** The calls of these parts. The order is that of a whole container; what is not there yet is left out. */
export function assemble(parts: ReadonlySet<Part>, plan: Plan): Fitted[] {
  const { config, at } = plan;
  const volumes = prepareMounts(at.mounts);
  const all: Fitted[] = [
    { part: 'volume', step: 'open-volumes', lab: '06-volumes', calls: volumes.opened },
    { part: 'mount', step: 'private', lab: '01-pid-namespace', calls: privateMounts() },
    parts.has('overlay') ? layeredRoot(plan) : plainRoot(plan),
    { part: 'mount', step: 'mount-points', lab: '02-rootfs', calls: mountPoints() },
    { part: 'uts-ipc', step: 'mount-dev', lab: '02-rootfs', calls: makeDev(at.privileged) },
    { part: 'mount', step: 'pivot', lab: '02-rootfs', calls: swapRoots() },
    { part: 'mount', step: 'mount-proc', lab: '01-pid-namespace', calls: procFor(parts) },
    { part: 'net', step: 'mount-sys', lab: '02-rootfs', calls: mountSys() },
    { part: 'mount', step: 'umount-old-root', lab: '02-rootfs', calls: detachOldRoot() },
    { part: 'net', step: 'mask', lab: '02-rootfs', calls: maskPaths() },
    { part: 'volume', step: 'volumes', lab: '06-volumes', calls: volumes.attached },
    { part: 'plain', step: 'working-directory', lab: '12-runtime', calls: workingDirectory(config.process.cwd) },
    { part: 'uts-ipc', step: 'hostname', lab: '12-runtime', calls: [sethostname(config.hostname)] },
    { part: 'plain', step: 'capabilities', lab: '12-runtime', calls: dropCapabilities() },
    { part: 'plain', step: 'user', lab: '12-runtime', calls: becomeUser(at.identity) },
    { part: 'plain', step: 'session', lab: '12-runtime', calls: ownSession(at.terminal?.slave) },
    { part: 'plain', step: 'program', lab: '12-runtime', calls: runProgram(config, at.identity) },
  ];
  return all.filter((piece) => fits(piece, parts));
}
// #endregion

/** The image itself, made a mount point. */
function plainRoot({ image }: Plan): Fitted {
  return { part: 'mount', step: 'bind', lab: '02-rootfs', calls: bindSelf(image) };
}

/** The image under a layer of the container's own. */
function layeredRoot({ image, at: { upper, work, merged, privileged } }: Plan): Fitted {
  const overlay = mountOverlay({ lower: [image], upper, work, target: merged, privileged });
  return { part: 'overlay', step: 'overlay', lab: '04-overlay', calls: [...overlay, chdir(merged)] };
}

/** Without a pid namespace of its own a user namespace may not mount the proc of the host's (EPERM); the list goes on. */
function procFor(parts: ReadonlySet<Part>) {
  return parts.has('pid') ? mountProc() : mountProc().map(mayFail);
}

/** Calls that do no harm in the host's mount namespace; the others wait for one of the container's own. */
const ANYWHERE: ReadonlySet<string> = new Set(['hostname', 'session', 'program']);

function fits({ part, step }: Fitted, parts: ReadonlySet<Part>): boolean {
  if (part !== 'plain' && !parts.has(part)) return false;
  return parts.has('mount') || ANYWHERE.has(step);
}
