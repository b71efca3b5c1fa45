/** Makes the OCI specification of a container, which every runtime reads, of its record, which has Docker's words. */
import { HOSTS_SYS } from '../../labs/12-runtime/calls/mounts.js';
import { INIT } from '../../labs/12-runtime/calls/program.js';
import { KERNEL_PLACES } from '../oci/kernel-paths.js';
import type { Linux, Namespace } from '../oci/linux.js';
import type { Mount, Process, Spec } from '../oci/spec.js';
import type { ContainerConfig, MountConfig, Resources } from './record.js';
import { type Identity, withHome } from './start/identity.js';
import { type Machine, usualCapabilities, usualNamespaces, usualSpec } from './usual-spec.js';

/** What is known of a container only when it starts. */
export interface AtStart extends Machine {
  /** Its root filesystem. */
  readonly root: string;
  readonly identity: Identity;
  /** In the order in which they are mounted, their targets without links; and the files in /etc that are the container's own. */
  readonly mounts: readonly MountConfig[];
  readonly ownFiles: readonly MountConfig[];
  /** Below the cgroup of the process that starts it. */
  readonly cgroupsPath?: string | undefined;
}

// #region spec
/** Docker's default container, changed by the record and the machine. */
export function specOf(config: ContainerConfig, at: AtStart): Spec {
  const usual = usualSpec(at);
  return {
    ...usual,
    root: { path: at.root, ...(config.readOnly && { readonly: true }) },
    process: processOf(config, at),
    hostname: config.hostname,
    mounts: mountsOf(usual.mounts, config, at),
    ...(config.init && { annotations: { [INIT]: 'true' } }),
    linux: linuxOf(usual.linux, config, at),
  };
}
// #endregion

function processOf({ process }: ContainerConfig, { identity, privileged }: AtStart): Process {
  const { uid, gid, groups } = identity;
  return {
    ...(process.tty && { terminal: true }),
    // Without root no process may set groups (user_namespaces(7)).
    user: privileged ? { uid, gid, additionalGids: groups } : { uid, gid },
    args: process.args,
    env: withHome(process.env, identity),
    cwd: process.cwd,
    capabilities: usualCapabilities(uid),
  };
}

function mountsOf(usual: readonly Mount[], { network }: ContainerConfig, at: AtStart): Mount[] {
  const isKernels = ({ target }: MountConfig) => KERNEL_PLACES.includes(target);
  // sysfs shows a network namespace, and only root may mount that of the host's.
  const isHosts = ({ type }: Mount) => type === 'sysfs' && network === 'host' && !at.privileged;
  // Another /proc or /sys takes the place of the usual one, before mounts below it.
  const kernels = usual.map((mount) => {
    const other = at.mounts.filter(isKernels).find(({ target }) => target === mount.destination);
    if (other) return mountOf(other);
    return isHosts(mount) ? HOSTS_SYS : mount;
  });
  const others = at.mounts.filter((mount) => !isKernels(mount));
  return [...kernels, ...[...others, ...at.ownFiles].map(mountOf)];
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

function linuxOf(usual: Linux, config: ContainerConfig, at: AtStart): Linux {
  const { resources } = config;
  const { mounts, cgroupsPath } = at;
  const propagation = rootfsPropagation(mounts);
  return {
    ...usual,
    namespaces: namespacesOf(config, at),
    ...(cgroupsPath !== undefined && { cgroupsPath }),
    ...(Object.keys(resources).length > 0 && { resources: resourcesOf(resources) }),
    ...(propagation && { rootfsPropagation: propagation }),
  };
}

/** With `--network host` all but the network's. */
export function namespacesOf({ network }: ContainerConfig, machine: Machine): readonly Namespace[] {
  return usualNamespaces(machine).filter(({ type }) => type !== 'network' || network !== 'host');
}

/** Where a volume is to get mounts of the host, the root must not be private (mount_namespaces(7)); moby, WithMounts(). */
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
    // The same limit with swap, so that nothing is swapped out.
    ...(memory !== undefined && { memory: { limit: memory, swap: memory } }),
    ...(pids !== undefined && { pids: { limit: pids } }),
  };
}
