/** Makes the OCI specification of a container, which every runtime reads, of its record, which has Docker's words. */
import { HOSTS_PROC, HOSTS_SYS, SHM, writable } from '../../labs/12-runtime/calls/mounts.js';
import { INIT, LANDLOCK } from '../../labs/12-runtime/calls/program.js';
import { type IdMaps, maySetGroups } from '../oci/id-maps.js';
import { KERNEL_PLACES } from '../oci/kernel-paths.js';
import type { Linux, Namespace } from '../oci/linux.js';
import type { Mount, Process, Spec } from '../oci/spec.js';
import { readMountinfo } from '../procfs/mountinfo.js';
import { resourcesOf, rlimitOf } from './limits-spec.js';
import { mountOf, type StartMount } from './mount-spec.js';
import type { ContainerConfig, MountConfig } from './record.js';
import { ALL, boundingOf, isBound, landlockOf, type SecurityConfig, seccompOf } from './security.js';
import { type FoundDevice, findDevices, hostDevices, parseRule, rulesFor } from './start/devices.js';
import { type Identity, withHome } from './start/identity.js';
import {
  capabilitiesFor,
  capabilitiesOf,
  type Machine,
  usualNamespaces,
  usualSettings,
  usualSpec,
} from './usual-spec.js';

/** Paths of the namespaces that are other containers'; undefined where such a one has that of the host. */
export type SharedPaths = ReadonlyMap<Namespace['type'], string | undefined>;

/** What is known of a container only when it starts. */
export interface AtStart extends Machine {
  /** Its root filesystem. */
  readonly root: string;
  readonly identity: Identity;
  /** In the order in which they are mounted, their targets without links; and the files in /etc that are the container's own. */
  readonly mounts: readonly StartMount[];
  readonly ownFiles: readonly MountConfig[];
  /** Below the cgroup of the process that starts it. */
  readonly cgroupsPath?: string | undefined;
  /** Undefined where that is not known yet: as if they were its own. */
  readonly shared?: SharedPaths | undefined;
}

// #region spec
/** Docker's default container, changed by the record and the machine. */
export function specOf(config: ContainerConfig, at: AtStart): Spec {
  const usual = usualSpec(at);
  return {
    ...usual,
    root: { path: at.root, ...(config.readOnly && { readonly: true }) },
    process: processOf(config, at),
    ...(config.uts !== 'host' && { hostname: config.hostname }),
    mounts: mountsOf(usual.mounts, config, at),
    ...annotationsOf(config),
    linux: linuxOf(usual.linux, config, at),
  };
}
// #endregion

function annotationsOf({ init, pid, security = {} }: ContainerConfig): Pick<Spec, 'annotations'> {
  const directories = landlockOf(security);
  const annotations = {
    // Any other pid namespace has an init already (moby, WithCommonOptions()).
    ...(init && pid === undefined && { [INIT]: 'true' }),
    ...(directories && { [LANDLOCK]: directories.join(':') }),
  };
  return Object.keys(annotations).length > 0 ? { annotations } : {};
}

function processOf(config: ContainerConfig, at: AtStart): Process {
  const { process, oomScoreAdj, ulimits, security = {} } = config;
  const { identity, privileged, ids } = at;
  const { uid, gid, groups } = identity;
  return {
    ...(process.tty && { terminal: true }),
    user: maySetGroups(privileged ? undefined : (ids?.gids ?? []))
      ? { uid, gid, additionalGids: groups }
      : { uid, gid },
    args: process.args,
    env: withHome(process.env, identity),
    cwd: process.cwd,
    ...(ulimits && { rlimits: ulimits.map(rlimitOf) }),
    capabilities: capabilitiesFor(uid, boundsOf(config, at)),
    ...(isBound(security) && { noNewPrivileges: true }),
    ...(oomScoreAdj !== undefined && { oomScoreAdj }),
  };
}

/** Without rules for devices root could make a node for the host's disk, and open it: unless that was asked for. */
function boundsOf({ security = {} }: ContainerConfig, at: AtStart): readonly string[] {
  const bounding = boundingOf(security, capabilitiesOf(at));
  const isAsked = security.privileged || security.capAdd?.some((name) => [ALL, MKNOD].includes(name));
  return at.privileged && !at.deviceRules && !isAsked ? bounding.filter((name) => name !== MKNOD) : bounding;
}

const MKNOD = 'CAP_MKNOD';

function mountsOf(usual: readonly Mount[], config: ContainerConfig, at: AtStart): Mount[] {
  const isKernels = ({ target }: StartMount) => KERNEL_PLACES.includes(target);
  // Another /proc or /sys takes the place of the usual one, before mounts below it.
  const kernels = usual.flatMap((mount) => {
    const other = at.mounts.filter(isKernels).find(({ target }) => target === mount.destination);
    return other ? mountOf(other) : (usualMount(asWritable(mount, config), config, at) ?? []);
  });
  const others = at.mounts.filter((mount) => !isKernels(mount));
  const files = others.map((mount) => withIds(mountOf(mount), config.userns && keepsIds(mount) && at.ids));
  const own = at.ownFiles.map((mount) => withIds(mountOf(mount), config.userns && at.ids));
  return [...kernels, ...boundDevices(config, at), ...files, ...own];
}

/** What tslab keeps itself has the container's ids, as its root filesystem has; of the host's files those that it was asked for. */
function keepsIds(mount: StartMount): boolean {
  return mount.type === 'volume' || (mount.type === 'bind' && mount.idmap === true);
}

/** As the specification 1.1 says it: an id-mapped mount. */
function withIds(mount: Mount, ids: IdMaps | false | undefined): Mount {
  if (!ids) return mount;
  return { ...mount, options: [...(mount.options ?? []), 'idmap'], uidMappings: ids.uids, gidMappings: ids.gids };
}

/** In a user namespace nobody may make nodes: those of the host are bound, with the permissions that they have there. */
function boundDevices({ devices = [] }: ContainerConfig, { privileged }: AtStart): Mount[] {
  return privileged ? [] : findDevices(devices).map(({ source, device }) => bindOf(source, device.path));
}

/** With `--privileged` what shows the kernel and its cgroups may be written. */
function asWritable(mount: Mount, { security }: ContainerConfig): Mount {
  return security?.privileged && ['sysfs', 'cgroup'].includes(mount.type ?? '') ? writable(mount) : mount;
}

/** What shows a namespace: without root nobody may mount that of the host's. */
function usualMount(mount: Mount, config: ContainerConfig, at: AtStart): Mount | undefined {
  const isHosts = (type: Namespace['type']) =>
    !at.privileged && !namespacesOf(config, at).some((one) => one.type === type);
  if (mount.type === 'sysfs' && isHosts('network')) return HOSTS_SYS;
  if (mount.type === 'proc' && isHosts('pid')) return HOSTS_PROC;
  if (mount.type === 'mqueue' && isHosts('ipc')) return hostsMqueue(mount);
  return mount.destination === SHM ? sharedMemory(mount, config, at) : mount;
}

function hostsMqueue({ destination }: Mount): Mount | undefined {
  const isThere = readMountinfo().some(({ mountPoint }) => mountPoint === destination);
  return isThere ? bindOf(destination, destination) : undefined;
}

/** That of the IPC namespace (moby, setupIPCDirs()), where the user mounts nothing else there. */
function sharedMemory(mount: Mount, { ipc = 'private', shmSize }: ContainerConfig, at: AtStart): Mount | undefined {
  if (ipc === 'none') return undefined;
  const isShared = ipc === 'host' || at.shared?.has('ipc');
  if (!isShared || at.mounts.some(({ target }) => target === SHM)) {
    return shmSize === undefined ? mount : withSize(mount, shmSize);
  }
  const other = /^\/proc\/\d+\//.exec(at.shared?.get('ipc') ?? '')?.[0];
  return bindOf(other === undefined ? SHM : `${other}root${SHM}`, SHM);
}

function bindOf(source: string, destination: string): Mount {
  return { destination, type: 'bind', source, options: ['rbind', 'rprivate'] };
}

function withSize(mount: Mount, bytes: number): Mount {
  const others = mount.options?.filter((word) => !word.startsWith('size='));
  return { ...mount, options: [...(others ?? []), `size=${bytes}`] };
}

function linuxOf(usual: Linux, config: ContainerConfig, at: AtStart): Linux {
  const { resources, security = {} } = config;
  const { mounts, cgroupsPath } = at;
  const sysctl = settingsOf(config, at);
  const found = findDevices(config.devices ?? []);
  const devices = at.privileged ? nodesOf(found, security) : [];
  const given = { ...usual.resources, ...resourcesOf(resources), ...deviceRulesOf(config, usual, found) };
  const propagation = rootfsPropagation(mounts);
  const { uidMappings, gidMappings, seccomp: _, maskedPaths, readonlyPaths, ...others } = usual;
  const seccomp = seccompOf(security, boundsOf(config, at));
  return {
    ...others,
    ...(!security.privileged && !security.unmasked && { maskedPaths, readonlyPaths }),
    ...(seccomp && { seccomp }),
    ...(uidMappings && gidMappings && !at.shared?.has('user') && { uidMappings, gidMappings }),
    ...(Object.keys(sysctl).length > 0 && { sysctl }),
    namespaces: namespacesOf(config, at),
    ...(devices.length > 0 && { devices }),
    ...(cgroupsPath !== undefined && { cgroupsPath }),
    ...(Object.keys(given).length > 0 && { resources: given }),
    ...(propagation && { rootfsPropagation: propagation }),
  };
}

/** What of the host's devices it has been given, and with `--privileged` all. */
function nodesOf(found: readonly FoundDevice[], { privileged }: SecurityConfig): NonNullable<Linux['devices']> {
  return [...(privileged ? hostDevices() : []), ...found].map(({ device }) => device);
}

/** The rules that let it use what it has been given, behind the usual ones. With `--privileged` it may open any. */
function deviceRulesOf(
  { deviceRules = [], security }: ContainerConfig,
  { resources }: Linux,
  found: readonly FoundDevice[],
): Linux['resources'] {
  if (!resources?.devices) return undefined;
  const usual = security?.privileged ? EVERY_DEVICE : resources.devices;
  return { devices: [...usual, ...rulesFor(found), ...deviceRules.map(parseRule)] };
}

const EVERY_DEVICE = [{ allow: true, access: 'rwm' }];

/** As Docker has them (moby, WithSysctls()): those of a network of its own, and those asked for. */
function settingsOf(config: ContainerConfig, at: AtStart): NonNullable<Linux['sysctl']> {
  const { network, domainname, sysctls } = config;
  const isOwn = network !== 'host' && !network.startsWith('container:');
  const inUserNamespace = namespacesOf(config, at).some(({ type }) => type === 'user');
  return {
    ...(isOwn && usualSettings(inUserNamespace)),
    ...(domainname !== undefined && { 'kernel.domainname': domainname }),
    ...sysctls,
  };
}

/** All that are not to be the host's. */
function namespacesOf({ network, ipc, pid, uts, cgroupns }: ContainerConfig, at: AtStart): readonly Namespace[] {
  const modes: Partial<Record<Namespace['type'], string | undefined>> = { network, ipc, pid, uts };
  return usualNamespaces(at, cgroupns).flatMap(({ type }) => {
    if (!at.shared?.has(type)) return modes[type] === 'host' ? [] : { type };
    const path = at.shared.get(type);
    return path === undefined ? [] : { type, path };
  });
}

/** Where a volume is to get mounts of the host, the root must not be private (mount_namespaces(7)); moby, WithMounts(). */
function rootfsPropagation(mounts: readonly StartMount[]): Linux['rootfsPropagation'] | undefined {
  const found = mounts.map((mount) => (mount.type === 'bind' ? mount.propagation : 'rprivate'));
  if (found.some((one) => one.endsWith('shared'))) return 'shared';
  return found.some((one) => one.endsWith('slave')) ? 'slave' : undefined;
}
