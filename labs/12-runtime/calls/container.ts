import { chdir, mount } from '../../../src/kernel/calls/index.js';
import { MOVE_MOUNT_F_EMPTY_PATH, moveMount } from '../../../src/kernel/calls/mount-api.js';
import * as k from '../../../src/kernel/constants.js';
import { CAPABILITIES } from '../../../src/kernel/credentials/capability-names.js';
import { once } from '../../../src/kernel/once.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { maySetGroups } from '../../../src/oci/id-maps.js';
import type { Seccomp } from '../../../src/oci/seccomp.js';
import type { Mount, Spec } from '../../../src/oci/spec.js';
import { filterFlags } from '../../../src/seccomp/flags.js';
import { mountProc, privateMounts } from '../../01-pid-namespace/calls/proc.js';
import { makeDevices, mountMqueue, mountShm } from '../../02-rootfs/calls/dev.js';
import { maskPaths } from '../../02-rootfs/calls/masks.js';
import { mountPoints } from '../../02-rootfs/calls/mount-points.js';
import { bindSelf, detachOldRoot, mountSys, swapRoots } from '../../02-rootfs/calls/root.js';
import { type CgroupView, showCgroup } from '../../03-cgroups/calls/inside.js';
import { mountOverlay } from '../../04-overlay/calls/mount.js';
import type { Overlay } from '../../04-overlay/calls/options.js';
import { ownCgroupRoot } from '../../07-uts-ipc/calls/cgroup-root.js';
import { ownLinks } from '../../08-network/calls/inside.js';
import { makeNodes } from '../../10-security/calls/device-nodes.js';
import { loadFilter, noNewPrivileges } from '../../10-security/calls/filter.js';
import { becomeUser, keepAdmin, limitBounding, type OwnSets } from '../../10-security/calls/give-up.js';
import { ownKeyring } from '../../10-security/calls/keyring.js';
import { writeOnlyBelow } from '../../10-security/calls/landlock.js';
import { refuseDevices } from '../../10-security/calls/no-devices.js';
import { limitResources } from '../../10-security/calls/rlimits.js';
import { writeSettings } from '../../10-security/calls/sysctl.js';
import { enterByRoot, JOIN, OPEN_CGROUP } from './by-root.js';
import { bindHost, isUsual, isWritable, prepareMounts, shmSize, usualPlaces } from './mounts.js';
import { isApart, joinNamespaces, owns, takeName } from './namespaces.js';
import type { Piece, Surroundings } from './pieces.js';
import { LANDLOCK, runProgram, setOomScore } from './program.js';
import { refuseUntaught } from './taught.js';
import { giveToUser, type OpenTerminal, ownSession } from './terminal.js';
import { workingDirectory } from './working-directory.js';

// #region container
/**
 * A container: all that happens between clone(2) and the program, taken piece by piece from the labs. Volumes are opened first,
 * while they still hear of the host's mounts (rslave, rshared), and attached when paths mean the container's.
 */
export function everyPiece(spec: Spec, at: Surroundings): Piece[] {
  refuseUntaught(spec);
  const { root, process, linux } = spec;
  const places = usualPlaces(spec.mounts);
  const privileged = !isApart(spec, 'user');
  const { volumes, ownFiles } = bound(spec, at);
  const { init, program } = runProgram(spec);
  const cgroup = places.has('/sys/fs/cgroup')
    ? showCgroup(viewOf(spec, at), isWritable(spec.mounts, '/sys/fs/cgroup'))
    : { opened: [], attached: [] };
  const opened: Piece[] = [
    { step: 'open-own-files', lab: '04-overlay', calls: ownFiles.opened },
    { step: OPEN_CGROUP, lab: '03-cgroups', calls: cgroup.opened, needs: ['cgroup'] },
    { step: 'open-volumes', lab: '06-volumes', calls: volumes.opened },
    { step: 'private', lab: '01-pid-namespace', calls: privateMounts() },
  ];
  const entered = at.userNamespace && enterByRoot(spec, { ...at, userNamespace: at.userNamespace }, opened);
  return [
    ...(entered?.before ?? [{ step: JOIN, lab: '05-exec', calls: joinNamespaces(spec, at.namespaces) }]),
    { step: 'user-map', lab: '12-runtime', calls: [], gate: at.userMap },
    {
      step: 'network',
      lab: '08-network',
      calls: owns(spec, 'network') && mayLink(at.capabilities) ? ownLinks(at.network?.links) : [],
      gate: at.network?.gate,
    },
    { step: 'keyring', lab: '10-security', calls: at.keyring === undefined ? [] : ownKeyring(at.keyring) },
    ...(entered?.after ?? [...opened, rootFilesystem(root.path, at.layers && { ...at.layers, privileged })]),
    // Not before: a volume may be a disk of the host's, which the rules for devices would let nobody open.
    { step: 'cgroup', lab: '03-cgroups', calls: at.cgroup?.join ?? [], gate: at.cgroup?.gate },
    { step: 'devices', lab: '10-security', calls: [], gate: at.cgroup?.devices, needs: ['cgroup'] },
    { step: 'mount-points', lab: '02-rootfs', calls: mountPoints() },
    { step: 'mount-dev', lab: '02-rootfs', calls: devices(spec.mounts, privileged) },
    { step: 'terminal', lab: '12-runtime', calls: attachTerminal(at.terminal) },
    {
      step: 'bind-proc',
      lab: '12-runtime',
      calls: places.has('/proc') && !mayMount(spec, 'pid') ? bindHost('proc') : [],
    },
    {
      step: 'bind-sys',
      lab: '12-runtime',
      calls: places.has('/sys') && !mayMount(spec, 'network') ? bindHost('sys') : [],
    },
    { step: 'pivot', lab: '02-rootfs', calls: swapRoots() },
    {
      step: 'mount-proc',
      lab: '01-pid-namespace',
      calls: places.has('/proc') && mayMount(spec, 'pid') ? mountProc() : [],
    },
    {
      step: 'mount-sys',
      lab: '02-rootfs',
      calls: places.has('/sys') && mayMount(spec, 'network') ? mountSys(isWritable(spec.mounts, '/sys')) : [],
    },
    { step: 'umount-old-root', lab: '02-rootfs', calls: detachOldRoot() },
    { step: 'sysctl', lab: '10-security', calls: writeSettings(settingsOf(spec)), needs: ['mount-proc', 'bind-proc'] },
    { step: 'kernel-volumes', lab: '06-volumes', calls: volumes.kernel, needs: ['open-volumes'] },
    { step: 'cgroup-namespace', lab: '07-uts-ipc', calls: isApart(spec, 'cgroup') ? ownCgroupRoot([]) : [] },
    {
      step: 'mount-cgroup',
      lab: '03-cgroups',
      calls: cgroup.attached,
      needs: ['cgroup', 'cgroup-namespace', OPEN_CGROUP, 'mount-sys', 'bind-sys'],
    },
    { step: 'mask', lab: '02-rootfs', calls: maskPaths(linux.maskedPaths ?? [], linux.readonlyPaths ?? []) },
    { step: 'device-nodes', lab: '10-security', calls: makeNodes(linux.devices) },
    { step: 'volumes', lab: '06-volumes', calls: volumes.attached, needs: ['open-volumes'] },
    { step: 'own-files', lab: '04-overlay', calls: ownFiles.attached, needs: ['open-own-files'] },
    { step: 'working-directory', lab: '12-runtime', calls: workingDirectory(process.cwd) },
    { step: 'devices', lab: '10-security', calls: at.withoutDevices ? refuseDevices() : [] },
    { step: 'read-only', lab: '06-volumes', calls: root.readonly ? remountRootReadOnly(at.withoutDevices) : [] },
    { step: 'hostname', lab: '12-runtime', calls: takeName(spec) },
    { step: 'user', lab: '12-runtime', calls: giveToUser(at, process.user) },
    { step: 'init', lab: '01-pid-namespace', calls: init },
    ...givenUp(spec, at),
    { step: 'seccomp', lab: '10-security', calls: filtered(linux.seccomp, at) },
    { step: 'program', lab: '12-runtime', calls: program },
  ];
}
// #endregion

// #region give-up
/** What it loses before its program, by its own hand; when nothing of tslab's is in its memory any more. */
function givenUp(spec: Spec, at: Surroundings): Piece[] {
  const { user, capabilities, noNewPrivileges: isBound, oomScoreAdj, rlimits } = spec.process;
  const { gidMappings } = spec.linux;
  const own = at.capabilities;
  const pieces = [
    { step: 'oom-score', lab: '12-runtime', calls: oomScoreAdj === undefined ? [] : setOomScore(oomScoreAdj) },
    { step: 'rlimits', lab: '10-security', calls: limitResources(rlimits) },
    { step: 'landlock', lab: '10-security', calls: restricted(spec, at) },
    { step: 'no-new-privs', lab: '10-security', calls: isBound ? noNewPrivileges() : [] },
    { step: 'capabilities', lab: '10-security', calls: limitBounding(own, capabilities) },
    {
      step: 'user',
      lab: '10-security',
      calls: becomeUser(user, maySetGroups(isApart(spec, 'user') ? (gidMappings ?? []) : undefined)),
    },
    { step: 'capabilities', lab: '10-security', calls: user.uid === 0 ? keepAdmin(own, capabilities) : [] },
    { step: 'session', lab: '12-runtime', calls: ownSession(at.terminal && 0) },
  ];
  return pieces.map((piece) => ({ ...piece, inside: true }));
}
// #endregion

/** The calls of a list, its program at the end; those that come before the gate, and those that are made in memory of its own. */
export function callsOf(all: readonly Piece[]): Record<'entering' | 'calls' | 'inside', Syscall[]> {
  const of = (some: readonly Piece[]) => some.flatMap(({ calls }) => calls);
  const first = all.findIndex(({ step }) => step === JOIN) + 1;
  const [entering, pieces] = [all.slice(0, first), all.slice(first)];
  const inside = pieces.filter((piece) => piece.inside);
  return { entering: of(entering), calls: of(pieces.filter((piece) => !piece.inside)), inside: of(inside) };
}

/** The pieces that have something to do and that are not to be skipped: `skip` names them. */
export function containerPieces(spec: Spec, at: Surroundings, skip: readonly string[] = []): Piece[] {
  const isSkipped = ({ step, needs = [] }: Piece) => [step, ...needs].some((name) => skip.includes(name));
  return everyPiece(spec, at).filter((piece) => (piece.calls.length > 0 || piece.gate) && !isSkipped(piece));
}

/** Root of a container may lack CAP_NET_ADMIN: what it starts has a lo that is down. */
function mayLink({ permitted }: OwnSets): boolean {
  return ((permitted >> BigInt(CAPABILITIES.indexOf('CAP_NET_ADMIN'))) & 1n) === 1n;
}

/** Volumes and tmpfs, and files of the container's own. */
function bound({ mounts }: Spec, { ownFiles = [], elsewhere, userNamespace }: Surroundings) {
  const isOwn = ({ source = '' }: Mount) => ownFiles.includes(source);
  const others = mounts.filter((mount) => !isUsual(mount));
  const volumes = others.filter((mount) => !isOwn(mount));
  return {
    volumes: prepareMounts(volumes, { elsewhere, userNamespace }),
    ownFiles: prepareMounts(others.filter(isOwn), { userNamespace, areFiles: true }),
  };
}

/** The domain name has a call of its own. */
function settingsOf({ linux: { sysctl = {} } }: Spec) {
  const { 'kernel.domainname': _, ...others } = sysctl;
  return others;
}

/** What it is to see of its cgroup: on v1 the directories that it has; on v2 the one that it is in, and with the host's namespace all. */
function viewOf(spec: Spec, { cgroup, cgroups }: Surroundings): CgroupView {
  const isOwn = isApart(spec, 'cgroup');
  if ((cgroups ?? (isOwn ? 2 : 1)) === 2) return { version: 2, whole: !isOwn };
  return { version: 1, directories: cgroup?.directories ?? new Map() };
}

/** They are the same in all containers, but for /dev/shm and /dev/mqueue, which may be those of another IPC namespace. */
function devices(mounts: readonly Mount[], privileged: boolean): Syscall[] {
  const places = usualPlaces(mounts);
  if (!places.has('/dev')) return [];
  const shm = places.has('/dev/shm') ? usualShm(shmSize(mounts)) : [];
  return [...usualDevices(privileged), ...shm, ...(places.has('/dev/mqueue') ? usualMqueue : [])];
}
const usualDevices = once(makeDevices);
const usualShm = once(mountShm);
const usualMqueue = mountMqueue();

/** Layers under a writable one of the container's own; such a mount is a mount point. A directory is bound on itself for that. */
function rootFilesystem(path: string, layers: Overlay | undefined): Piece {
  if (!layers) return { step: 'bind', lab: '02-rootfs', calls: bindSelf(path) };
  const overlay = [...mountOverlay({ ...layers, target: path }), chdir(path)];
  return { step: 'overlay', lab: '04-overlay', calls: overlay };
}

/**
 * proc shows the processes of a pid namespace, sysfs the links of a network namespace: only who owns that may mount one. Without root not
 * with `--pid host` and `--network host`.
 */
function mayMount(spec: Spec, type: 'pid' | 'network'): boolean {
  return isApart(spec, type) || !isApart(spec, 'user');
}

/** What it compiles to is known before the start: a profile that no program could start with is refused then. */
function filtered(rules: Seccomp | undefined, { filter }: Surroundings): Syscall[] {
  if (!rules) return [];
  if (!filter) throw new Error('linux.seccomp has not been compiled');
  return loadFilter(filter, filterFlags(rules.flags));
}

/** The specification has no word for it yet. That the kernel has Landlock is known before. */
function restricted({ annotations }: Spec, { landlock }: Surroundings): Syscall[] {
  const directories = annotations?.[LANDLOCK]?.split(':');
  if (!directories) return [];
  if (landlock === undefined) throw new Error(`${LANDLOCK}, and nobody has asked for the version of Landlock`);
  return writeOnlyBelow(directories, landlock);
}

/** `--read-only`: the overlay, but not the volumes and tmpfs on it. */
function remountRootReadOnly(withoutDevices = false): Syscall[] {
  const flags = k.MS_RDONLY | (withoutDevices ? k.MS_NODEV : 0);
  return [mount(null, '/', null, k.MS_REMOUNT | k.MS_BIND | flags, null)];
}

/** A devpts of which tslab holds a pty already goes over the one that every container has: so `tty` inside finds its name. */
function attachTerminal(terminal: OpenTerminal | undefined): Syscall[] {
  if (terminal?.devpts === undefined) return [];
  return [moveMount(terminal.devpts, '', k.AT_FDCWD, 'dev/pts', MOVE_MOUNT_F_EMPTY_PATH)];
}
