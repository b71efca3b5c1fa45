import { chdir, mount, sethostname } from '../../../src/kernel/calls/index.js';
import { MOVE_MOUNT_F_EMPTY_PATH, moveMount } from '../../../src/kernel/calls/mount-api.js';
import * as k from '../../../src/kernel/constants.js';
import { once } from '../../../src/kernel/once.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Namespace } from '../../../src/oci/linux.js';
import type { Mount, Spec } from '../../../src/oci/spec.js';
import { mountProc, privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { makeDev } from '../../02-rootfs/calls/dev.js';
import { maskPaths } from '../../02-rootfs/calls/masks.js';
import { mountPoints } from '../../02-rootfs/calls/mount-points.js';
import { bindSelf, detachOldRoot, mountSys, swapRoots } from '../../02-rootfs/calls/root.js';
import { type CgroupView, showCgroup } from '../../03-cgroups/calls/inside.js';
import { mountOverlay } from '../../04-overlay/calls/mount.js';
import type { Overlay } from '../../04-overlay/calls/options.js';
import type { WritableLayer } from '../../04-overlay/calls/writable-layer.js';
import { bindHostSys, isUsual, prepareMounts, usualPlaces } from './mounts.js';
import { runProgram } from './program.js';
import { refuseUntaught } from './taught.js';
import { giveToUser, type MadeForIt, type OpenTerminal, ownSession } from './terminal.js';
import { becomeUser, limitCapabilities, type OwnSets } from './user.js';
import { workingDirectory } from './working-directory.js';

/** A piece of the list: what `--skip` calls it, the lab that it comes from, and what it does. */
export interface Piece {
  readonly step: string;
  readonly lab: string;
  /** What the container's first process calls. */
  readonly calls: readonly Syscall[];
  /** What tslab does for it first. */
  readonly gate?: Gate | undefined;
  /** Pieces without which this one cannot be: `--skip` leaves it out with them. */
  readonly needs?: readonly string[];
}

/** Work that only the parent may do, or can: it is done while the child waits at a gate before its first call. */
export interface Gate {
  /** What it will do, a line each; PID stands for the child. */
  readonly lines: readonly string[];
  open(pid: number): void;
}

/** The image's layers, topmost first, and the container's own. */
export interface Layers extends WritableLayer {
  readonly lower: readonly string[];
}

/** The cgroup that a container gets: tslab makes it, the child moves itself in. */
export interface OwnCgroup {
  readonly gate: Gate;
  readonly join: readonly Syscall[];
  /** On v1, by hierarchy (`cpu,cpuacct`). */
  readonly directories: ReadonlyMap<string, string>;
}

/** What the list needs to know and the spec has no field for. */
export interface Surroundings extends MadeForIt {
  /** Of whoever makes the calls. */
  readonly capabilities: OwnSets;
  /** What is mounted at `root.path`. Undefined where that is the root filesystem itself. */
  readonly layers?: Layers | undefined;
  /** Writes the maps of its user namespace. Undefined where it has none. */
  readonly userMap?: Gate | undefined;
  /** Undefined where there is to be none, or can be none. */
  readonly cgroup?: OwnCgroup | undefined;
  /** Sources of mounts that are files of the container's own, in /etc. */
  readonly ownFiles?: readonly string[];
}

const FLAGS: Partial<Record<Namespace['type'], number>> = {
  mount: k.CLONE_NEWNS,
  network: k.CLONE_NEWNET,
  uts: k.CLONE_NEWUTS,
  pid: k.CLONE_NEWPID,
  ipc: k.CLONE_NEWIPC,
  user: k.CLONE_NEWUSER,
};

/** The namespaces that clone(2) makes: all but the cgroup's, which is rooted where the process is by then (lab 03). */
export function cloneFlags({ linux: { namespaces = [] } }: Pick<Spec, 'linux'>): number {
  return namespaces.reduce((flags, { type }) => flags | (FLAGS[type] ?? 0), 0);
}

// #region container
/**
 * A container: all that happens between clone(2) and the program, taken piece by piece from the labs. Volumes are opened first,
 * while they still hear of the host's mounts (rslave, rshared), and attached when paths mean the container's.
 */
export function everyPiece(spec: Spec, at: Surroundings): Piece[] {
  refuseUntaught(spec);
  const { root, process, linux, hostname } = spec;
  const places = usualPlaces(spec.mounts);
  const privileged = !owns(spec, 'user');
  const { volumes, ownFiles } = bound(spec, at);
  const cgroup = places.has('/sys/fs/cgroup') ? showCgroup(viewOf(spec, at)) : { opened: [], attached: [] };
  return [
    { step: 'user-map', lab: '12-runtime', calls: [], gate: at.userMap },
    { step: 'cgroup', lab: '03-cgroups', calls: at.cgroup?.join ?? [], gate: at.cgroup?.gate },
    { step: 'open-own-files', lab: '04-overlay', calls: ownFiles.opened },
    { step: 'open-cgroup', lab: '03-cgroups', calls: cgroup.opened, needs: ['cgroup'] },
    { step: 'open-volumes', lab: '06-volumes', calls: volumes.opened },
    { step: 'private', lab: '01-pid-namespace', calls: privateMounts() },
    rootFilesystem(root.path, at.layers && { ...at.layers, privileged }),
    { step: 'mount-points', lab: '02-rootfs', calls: mountPoints() },
    { step: 'mount-dev', lab: '02-rootfs', calls: places.has('/dev') ? devices(privileged) : [] },
    { step: 'terminal', lab: '12-runtime', calls: attachTerminal(at.terminal) },
    { step: 'bind-sys', lab: '12-runtime', calls: places.has('/sys') && !mayMountSys(spec) ? bindHostSys() : [] },
    { step: 'pivot', lab: '02-rootfs', calls: swapRoots() },
    { step: 'mount-proc', lab: '01-pid-namespace', calls: places.has('/proc') ? mountProc() : [] },
    { step: 'mount-sys', lab: '02-rootfs', calls: places.has('/sys') && mayMountSys(spec) ? mountSys() : [] },
    { step: 'umount-old-root', lab: '02-rootfs', calls: detachOldRoot() },
    { step: 'kernel-volumes', lab: '06-volumes', calls: volumes.kernel, needs: ['open-volumes'] },
    {
      step: 'mount-cgroup',
      lab: '03-cgroups',
      calls: cgroup.attached,
      needs: ['cgroup', 'open-cgroup', 'mount-sys', 'bind-sys'],
    },
    { step: 'mask', lab: '02-rootfs', calls: maskPaths(linux.maskedPaths ?? [], linux.readonlyPaths ?? []) },
    { step: 'volumes', lab: '06-volumes', calls: volumes.attached, needs: ['open-volumes'] },
    { step: 'own-files', lab: '04-overlay', calls: ownFiles.attached, needs: ['open-own-files'] },
    { step: 'working-directory', lab: '12-runtime', calls: workingDirectory(process.cwd) },
    { step: 'read-only', lab: '06-volumes', calls: root.readonly ? remountRootReadOnly() : [] },
    { step: 'hostname', lab: '12-runtime', calls: hostname === undefined ? [] : [sethostname(hostname)] },
    {
      step: 'capabilities',
      lab: '12-runtime',
      calls: limitCapabilities(at.capabilities)(process.capabilities),
    },
    {
      step: 'user',
      lab: '12-runtime',
      calls: [...giveToUser(at, process.user), ...becomeUser(process.user, privileged)],
    },
    { step: 'session', lab: '12-runtime', calls: ownSession(at.terminal?.slave) },
    { step: 'program', lab: '12-runtime', calls: runProgram(spec) },
  ];
}
// #endregion

/** The pieces that have something to do and that are not to be skipped: `skip` names them. */
export function containerPieces(spec: Spec, at: Surroundings, skip: readonly string[] = []): Piece[] {
  const isSkipped = ({ step, needs = [] }: Piece) => [step, ...needs].some((name) => skip.includes(name));
  return everyPiece(spec, at).filter((piece) => (piece.calls.length > 0 || piece.gate) && !isSkipped(piece));
}

function owns({ linux: { namespaces = [] } }: Spec, type: Namespace['type']): boolean {
  return namespaces.some((one) => one.type === type);
}

/** Volumes and tmpfs, and files of the container's own. */
function bound({ mounts }: Spec, { ownFiles = [] }: Surroundings) {
  const isOwn = ({ source = '' }: Mount) => ownFiles.includes(source);
  const others = mounts.filter((mount) => !isUsual(mount));
  return {
    volumes: prepareMounts(others.filter((mount) => !isOwn(mount))),
    ownFiles: prepareMounts(others.filter(isOwn)),
  };
}

/** What it is to see of its cgroup: on v2 the one that it is in, on v1 the directories that it has. */
function viewOf(spec: Spec, { cgroup }: Surroundings): CgroupView {
  return owns(spec, 'cgroup') ? { version: 2 } : { version: 1, directories: cgroup?.directories ?? new Map() };
}

/** They are the same in all containers. */
const devices = once(makeDev);

/** Layers under a writable one of the container's own; such a mount is a mount point. A directory is bound on itself for that. */
function rootFilesystem(path: string, layers: Overlay | undefined): Piece {
  if (!layers) return { step: 'bind', lab: '02-rootfs', calls: bindSelf(path) };
  const overlay = [...mountOverlay({ ...layers, target: path }), chdir(path)];
  return { step: 'overlay', lab: '04-overlay', calls: overlay };
}

/** sysfs shows the links of a network namespace, so only who owns that may mount one: without root not with `--network host`. */
function mayMountSys(spec: Spec): boolean {
  return owns(spec, 'network') || !owns(spec, 'user');
}

/** `--read-only`: the overlay, but not the volumes and tmpfs on it. */
function remountRootReadOnly(): Syscall[] {
  return [mount(null, '/', null, k.MS_REMOUNT | k.MS_BIND | k.MS_RDONLY, null)];
}

/** A devpts of which tslab holds a pty already goes over the one that every container has: so `tty` inside finds its name. */
function attachTerminal(terminal: OpenTerminal | undefined): Syscall[] {
  if (terminal?.devpts === undefined) return [];
  return [moveMount(terminal.devpts, '', k.AT_FDCWD, 'dev/pts', MOVE_MOUNT_F_EMPTY_PATH)];
}
