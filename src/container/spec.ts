/** From the record of a container, which has Docker's words, to the specification that every runtime reads: what is to be, but not how. */
import { thermalThrottles } from '../../labs/02-rootfs/calls/masks.js';
import type { CgroupView } from '../../labs/03-cgroups/calls/inside.js';
import { withHome } from '../../labs/12-runtime/calls/program.js';
import type { Identity } from '../../labs/12-runtime/calls/user.js';
import { ownCapabilities } from '../kernel/credentials/capabilities.js';
import { CAPABILITIES } from '../oci/capabilities.js';
import { DEFAULT_SPEC } from '../oci/defaults.js';
import { byKernelPlace } from '../oci/kernel-places.js';
import type { Linux } from '../oci/linux.js';
import type { Mount, Process, Spec } from '../oci/spec.js';
import type { ContainerConfig, MountConfig, Resources } from './record.js';

/** What is known of a container when it starts, and not before. */
export interface AtStart {
  /** Its root filesystem. */
  readonly root: string;
  readonly identity: Identity;
  /** False: in a user namespace. */
  readonly privileged: boolean;
  /** In the order in which they are mounted, their targets without links; and the files in /etc that are the container's own. */
  readonly mounts: readonly MountConfig[];
  readonly ownFiles: readonly MountConfig[];
  /** What it is to see of its cgroup; undefined where there are none. */
  readonly cgroupView?: CgroupView | undefined;
  /** Below the cgroup of whoever starts it. */
  readonly cgroupsPath?: string | undefined;
}

/** With `--init` PID 1 is tslab's init. The specification has no word for that: Docker puts its own before the program. */
export const INIT = 'io.tslab.init';

// #region spec
/** Docker's default container, and in it what the record and the machine say otherwise. */
export function specOf(config: ContainerConfig, at: AtStart): Spec {
  return {
    ...DEFAULT_SPEC,
    root: { path: at.root, ...(config.readOnly && { readonly: true }) },
    process: processOf(config, at),
    hostname: config.hostname,
    mounts: mountsOf(config, at),
    ...(config.init && { annotations: { [INIT]: 'true' } }),
    linux: linuxOf(config, at),
  };
}
// #endregion

function processOf({ process }: ContainerConfig, { identity, privileged }: AtStart): Process {
  const { uid, gid, groups } = identity;
  return {
    ...(process.tty && { terminal: true }),
    // Without root the kernel lets nobody set groups (user_namespaces(7)).
    user: privileged ? { uid, gid, additionalGids: groups } : { uid, gid },
    args: process.args,
    env: withHome(process.env, identity),
    cwd: process.cwd,
    capabilities: capabilitiesOf(uid),
  };
}

/** Nobody can give what he has not. Of a user who is not root execve(2) takes all but the bounding set. */
function capabilitiesOf(uid: number): NonNullable<Process['capabilities']> {
  const { bounding, permitted } = ownCapabilities();
  if (uid !== 0) return { bounding: usualAmong(bounding) };
  const given = usualAmong(permitted);
  return { bounding: usualAmong(bounding), effective: given, permitted: given };
}

/** What every container has, as far as it is in a set. */
function usualAmong(set: bigint): readonly string[] {
  const usual = DEFAULT_SPEC.process.capabilities?.bounding ?? [];
  return usual.filter((name) => (set >> BigInt(CAPABILITIES.indexOf(name))) & 1n);
}

function mountsOf(config: ContainerConfig, at: AtStart): Mount[] {
  const [kernel, others] = byKernelPlace(at.mounts);
  // Another /proc or /sys comes in place of that which would be there, below what is mounted on it.
  const usual = DEFAULT_SPEC.mounts.flatMap((mount) => {
    const other = kernel.find(({ target }) => target === mount.destination);
    return other ? [mountOf(other)] : usualMount(mount, config, at);
  });
  return [...usual, ...[...others, ...at.ownFiles].map(mountOf)];
}

function usualMount(mount: Mount, { network }: ContainerConfig, { privileged, cgroupView }: AtStart): Mount[] {
  if (mount.type === 'cgroup' && !cgroupView) return [];
  // sysfs is of a network namespace, and of the host's only root may mount one.
  const isHosts = mount.type === 'sysfs' && network === 'host' && !privileged;
  return [isHosts ? { ...mount, type: 'none', source: '/sys', options: ['rbind', ...(mount.options ?? [])] } : mount];
}

function mountOf(mount: MountConfig): Mount {
  if (mount.type === 'tmpfs') {
    const options = ['nosuid', 'nodev', 'noexec', ...mount.options.split(',').filter(Boolean)];
    return { destination: mount.target, type: 'tmpfs', source: 'tmpfs', options };
  }
  const propagation = mount.type === 'bind' ? mount.propagation : 'rprivate';
  // `rro` is `ro` for all that is mounted below as well.
  const options = ['rbind', propagation, ...(mount.readOnly ? ['ro', 'rro'] : [])];
  return { destination: mount.target, type: 'bind', source: mount.source, options };
}

function linuxOf(config: ContainerConfig, at: AtStart): Linux {
  const { cgroupsPath } = at;
  const propagation = rootfsPropagation(at.mounts);
  return {
    ...DEFAULT_SPEC.linux,
    namespaces: namespacesOf(config, at),
    ...(!at.privileged && { uidMappings: onlyRoot(process.geteuid?.()), gidMappings: onlyRoot(process.getegid?.()) }),
    ...(cgroupsPath !== undefined && { cgroupsPath }),
    ...(Object.keys(config.resources).length > 0 && { resources: resourcesOf(config.resources) }),
    ...(propagation && { rootfsPropagation: propagation }),
    maskedPaths: [...(DEFAULT_SPEC.linux.maskedPaths ?? []), ...thermalThrottles()],
  };
}

function namespacesOf(
  { network }: ContainerConfig,
  { privileged, cgroupView }: AtStart,
): NonNullable<Linux['namespaces']> {
  const usual = DEFAULT_SPEC.linux.namespaces?.filter(({ type }) => type !== 'network' || network !== 'host') ?? [];
  const more = [...(cgroupView?.version === 2 ? ['cgroup' as const] : []), ...(privileged ? [] : ['user' as const])];
  return [...usual, ...more.map((type) => ({ type }))];
}

function onlyRoot(hostID = 0): NonNullable<Linux['uidMappings']> {
  return [{ containerID: 0, hostID, size: 1 }];
}

/** The mount that a volume hears of the host by must be no private one (mount_namespaces(7)); moby, WithMounts(). */
function rootfsPropagation(mounts: readonly MountConfig[]): Linux['rootfsPropagation'] | undefined {
  const found = mounts.map((mount) => (mount.type === 'bind' ? mount.propagation : 'rprivate'));
  if (found.some((one) => one.endsWith('shared'))) return 'shared';
  return found.some((one) => one.endsWith('slave')) ? 'slave' : undefined;
}

function resourcesOf({
  cpuQuota,
  cpuPeriod,
  cpuShares,
  cpusetCpus,
  memory,
  pids,
}: Resources): NonNullable<Linux['resources']> {
  const cpu = {
    ...(cpuQuota !== undefined && { quota: cpuQuota }),
    ...(cpuPeriod !== undefined && { period: cpuPeriod }),
    ...(cpuShares !== undefined && { shares: cpuShares }),
    ...(cpusetCpus !== undefined && { cpus: cpusetCpus }),
  };
  return {
    ...(Object.keys(cpu).length > 0 && { cpu }),
    // No way out into swap.
    ...(memory !== undefined && { memory: { limit: memory, swap: memory } }),
    ...(pids !== undefined && { pids: { limit: pids } }),
  };
}
