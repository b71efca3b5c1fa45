import type { ContainerConfig, MountConfig } from '../../../src/container/record.js';
import { chdir, mount, sethostname } from '../../../src/kernel/calls/index.js';
import {
  MOUNT_ATTR_RDONLY,
  MOVE_MOUNT_F_EMPTY_PATH,
  mountSetattr,
  moveMount,
} from '../../../src/kernel/calls/mount-api.js';
import * as k from '../../../src/kernel/constants.js';
import { dropCapabilities } from '../../../src/kernel/credentials/capabilities.js';
import { once } from '../../../src/kernel/once.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { mountProc, privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { makeDev } from '../../02-rootfs/calls/dev.js';
import { maskPaths } from '../../02-rootfs/calls/masks.js';
import { mountPoints } from '../../02-rootfs/calls/mount-points.js';
import { bindSelf, detachOldRoot, mountSys, swapRoots } from '../../02-rootfs/calls/root.js';
import { type CgroupView, showCgroup } from '../../03-cgroups/calls/inside.js';
import { mountOverlay } from '../../04-overlay/calls/mount.js';
import type { WritableLayer } from '../../04-overlay/calls/writable-layer.js';
import { runProgram } from './program.js';
import { giveToUser, type MadeForIt, type OpenTerminal, ownSession } from './terminal.js';
import { becomeUser, type Identity } from './user.js';
import { prepareMounts } from './volumes.js';
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
}

/** What the list needs to know beside the config. */
export interface Surroundings extends MadeForIt {
  /** Its root filesystem: layers, and where they are mounted; or a directory that is one. */
  readonly root: Layers | string;
  readonly identity: Identity;
  /** False: in a user namespace. */
  readonly privileged: boolean;
  /** Makes the user of tslab root in there. Undefined where there is no user namespace. */
  readonly userMap?: Gate | undefined;
  /** Undefined where there is to be none, or can be none. */
  readonly cgroup?: OwnCgroup | undefined;
  /** What it is to see of the cgroup that it is in. */
  readonly cgroupView?: CgroupView | undefined;
  /** Volumes and tmpfs, their targets without links; and the files in /etc that are the container's own. */
  readonly mounts: readonly MountConfig[];
  readonly ownFiles: readonly MountConfig[];
}

/** The namespaces of a container; with `--network host` all but the network's. */
export function namespacesOf({ network }: ContainerConfig): number {
  const own = k.CLONE_NEWNS | k.CLONE_NEWPID | k.CLONE_NEWUTS | k.CLONE_NEWIPC;
  return network === 'host' ? own : own | k.CLONE_NEWNET;
}

/** What clone(2) makes anew: without root a user namespace besides, which gives the right to the others (user_namespaces(7)). */
export function cloneFlags(config: ContainerConfig, { privileged }: Pick<Surroundings, 'privileged'>): number {
  return namespacesOf(config) | (privileged ? 0 : k.CLONE_NEWUSER);
}

// #region container
/**
 * A container: all that happens between clone(2) and the program, taken piece by piece from the labs. Volumes are opened first,
 * while they still hear of the host's mounts (rslave, rshared), and attached when paths mean the container's.
 */
export function everyPiece(config: ContainerConfig, at: Surroundings): Piece[] {
  const [volumes, ownFiles] = [prepareMounts(at.mounts), prepareMounts(at.ownFiles)];
  const view = at.cgroupView ? showCgroup(at.cgroupView) : { opened: [], attached: [] };
  return [
    { step: 'user-map', lab: '12-runtime', calls: [], gate: at.userMap },
    { step: 'cgroup', lab: '03-cgroups', calls: at.cgroup?.join ?? [], gate: at.cgroup?.gate },
    { step: 'open-own-files', lab: '04-overlay', calls: ownFiles.opened },
    { step: 'open-cgroup', lab: '03-cgroups', calls: view.opened, needs: ['cgroup'] },
    { step: 'open-volumes', lab: '06-volumes', calls: volumes.opened },
    { step: 'private', lab: '01-pid-namespace', calls: privateMounts() },
    rootFilesystem(at),
    { step: 'mount-points', lab: '02-rootfs', calls: mountPoints() },
    { step: 'mount-dev', lab: '02-rootfs', calls: devices(at.privileged) },
    { step: 'terminal', lab: '12-runtime', calls: attachTerminal(at.terminal) },
    { step: 'bind-sys', lab: '12-runtime', calls: mayMountSys(config, at) ? [] : bindHostSys() },
    { step: 'pivot', lab: '02-rootfs', calls: swapRoots() },
    { step: 'mount-proc', lab: '01-pid-namespace', calls: mountProc() },
    { step: 'mount-sys', lab: '02-rootfs', calls: mayMountSys(config, at) ? mountSys() : [] },
    { step: 'umount-old-root', lab: '02-rootfs', calls: detachOldRoot() },
    { step: 'kernel-volumes', lab: '06-volumes', calls: volumes.kernel, needs: ['open-volumes'] },
    {
      step: 'mount-cgroup',
      lab: '03-cgroups',
      calls: view.attached,
      needs: ['cgroup', 'open-cgroup', 'mount-sys', 'bind-sys'],
    },
    { step: 'mask', lab: '02-rootfs', calls: maskPaths() },
    { step: 'volumes', lab: '06-volumes', calls: volumes.attached, needs: ['open-volumes'] },
    { step: 'own-files', lab: '04-overlay', calls: ownFiles.attached, needs: ['open-own-files'] },
    { step: 'working-directory', lab: '12-runtime', calls: workingDirectory(config.process.cwd) },
    { step: 'read-only', lab: '06-volumes', calls: config.readOnly ? remountRootReadOnly() : [] },
    { step: 'hostname', lab: '12-runtime', calls: [sethostname(config.hostname)] },
    { step: 'capabilities', lab: '12-runtime', calls: dropCapabilities() },
    { step: 'user', lab: '12-runtime', calls: [...giveToUser(at, at.identity), ...becomeUser(at.identity)] },
    { step: 'session', lab: '12-runtime', calls: ownSession(at.terminal?.slave) },
    { step: 'program', lab: '12-runtime', calls: runProgram(config, at.identity) },
  ];
}
// #endregion

/** The pieces that have something to do and that `--skip` does not leave out. */
export function containerPieces(config: ContainerConfig, at: Surroundings): Piece[] {
  const isSkipped = ({ step, needs = [] }: Piece) => [step, ...needs].some((name) => config.skip.includes(name));
  return everyPiece(config, at).filter((piece) => (piece.calls.length > 0 || piece.gate) && !isSkipped(piece));
}

/** They are the same in all containers. */
const devices = once(makeDev);

/** Layers under a writable one of the container's own; such a mount is a mount point. A directory is bound on itself for that. */
function rootFilesystem({ root, privileged }: Surroundings): Piece {
  if (typeof root === 'string') return { step: 'bind', lab: '02-rootfs', calls: bindSelf(root) };
  const overlay = [...mountOverlay({ ...root, privileged }), chdir(root.target)];
  return { step: 'overlay', lab: '04-overlay', calls: overlay };
}

/** sysfs shows the links of a network namespace, so only who owns that may mount one: without root not with `--network host`. */
function mayMountSys({ network }: ContainerConfig, { privileged }: Surroundings): boolean {
  return privileged || network !== 'host';
}

/** The host's, with all that is mounted on it, read-only. */
function bindHostSys(): Syscall[] {
  const readOnly = { set: MOUNT_ATTR_RDONLY, propagation: 0 };
  return [
    mount('/sys', 'sys', null, k.MS_BIND | k.MS_REC, null),
    mountSetattr(k.AT_FDCWD, 'sys', k.AT_RECURSIVE, readOnly),
  ];
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
