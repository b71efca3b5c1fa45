import type { ContainerConfig, DeviceRate, MountConfig, Resources } from '../../container/record.js';
import { type SecurityConfig, securityOption } from '../../container/security.js';
import { usualSpec } from '../../container/usual-spec.js';
import type { CgroupLayout } from '../../procfs/cgroups.js';
import { GoMap, NIL_SLICE, NilMap, omittingEmpty } from '../template/values.js';
import { bindingsOf } from './ports.js';

/** `HostConfig` of `inspect`: what depends on the host (moby, api/types/container/hostconfig.go; without the fields for Windows). */
export function hostConfigOf(config: ContainerConfig, cgroups: CgroupLayout) {
  const {
    network,
    dns,
    restart,
    log,
    autoRemove,
    readOnly,
    init,
    resources,
    mounts,
    ulimits = [],
    devices = [],
  } = config;
  const { security = {} } = config;
  const fields = {
    Binds: bindsOf(mounts),
    ContainerIDFile: config.cidFile ?? '',
    LogConfig: { Type: log?.driver ?? 'json-file', Config: new GoMap(log?.options ?? {}, '') },
    NetworkMode: network,
    PortBindings: bindingsOf(config),
    RestartPolicy: { Name: restart.name, MaximumRetryCount: restart.maximum ?? 0 },
    AutoRemove: autoRemove,
    VolumeDriver: '',
    VolumesFrom: config.volumesFrom ?? NIL_SLICE,
    CapAdd: security.capAdd ?? NIL_SLICE,
    CapDrop: security.capDrop ?? NIL_SLICE,
    CgroupnsMode: config.cgroupns ?? (cgroups === 'v2' ? 'private' : 'host'),
    Dns: dns?.servers ?? [],
    DnsOptions: dns?.options ?? [],
    DnsSearch: dns?.search ?? [],
    ExtraHosts: config.extraHosts ?? NIL_SLICE,
    GroupAdd: config.groupAdd ?? NIL_SLICE,
    IpcMode: config.ipc ?? 'private',
    Cgroup: '',
    Links: NIL_SLICE,
    OomScoreAdj: config.oomScoreAdj ?? 0,
    PidMode: config.pid ?? '',
    Privileged: security.privileged ?? false,
    PublishAllPorts: config.publishAll ?? false,
    ReadonlyRootfs: readOnly,
    SecurityOpt: securityOptOf(config),
    Tmpfs: tmpfsOf(mounts),
    UTSMode: config.uts ?? '',
    UsernsMode: config.userns?.mode ?? '',
    ShmSize: config.shmSize ?? SHM_SIZE,
    Sysctls: new GoMap(config.sysctls ?? {}, ''),
    Runtime: 'tslab',
    ...resourcesOf(resources),
    Devices: devices.map(({ host, container, access }) => ({
      PathOnHost: host,
      PathInContainer: container,
      CgroupPermissions: access,
    })),
    DeviceCgroupRules: config.deviceRules ?? NIL_SLICE,
    Ulimits: ulimits.map(({ name, soft, hard }) => ({ Name: name, Hard: hard, Soft: soft })),
    ...hiddenOf(security),
    Init: init,
  };
  return omittingEmpty(fields, 'Tmpfs', 'Sysctls');
}

/** Who shares processes or IPC with the host, or is privileged, has no label of SELinux (moby, generateSecurityOpt()). */
function securityOptOf({ security = {}, pid, ipc }: ContainerConfig) {
  const { securityOpt = [], privileged } = security;
  const isUnlabelled =
    (privileged || pid === 'host' || ipc === 'host') && securityOption(security, 'label') === undefined;
  const all = [...securityOpt, ...(isUnlabelled ? ['label=disable'] : [])];
  return all.length > 0 ? all : NIL_SLICE;
}

/** What is hidden of /proc and /sys, and what is read-only. */
function hiddenOf({ privileged, unmasked }: SecurityConfig) {
  if (privileged) return { MaskedPaths: NIL_SLICE, ReadonlyPaths: NIL_SLICE };
  if (unmasked) return { MaskedPaths: [], ReadonlyPaths: [] };
  const { maskedPaths = [], readonlyPaths = [] } = usualSpec({ privileged: true }).linux;
  return { MaskedPaths: maskedPaths, ReadonlyPaths: readonlyPaths };
}

/** Bytes of /dev/shm, as src/oci/defaults.ts mounts it. */
const SHM_SIZE = 64 * 2 ** 20;

/** `SOURCE:TARGET:OPTIONS` of bind mounts and of volumes with a name. */
function bindsOf(mounts: readonly MountConfig[]): readonly string[] {
  const binds = mounts.flatMap((mount) => {
    if (mount.type === 'tmpfs' || mount.inherited || (mount.type === 'volume' && mount.anonymous)) return [];
    const propagation = mount.type === 'bind' && mount.propagation !== 'rprivate' ? [mount.propagation] : [];
    const idmap = mount.type === 'bind' && mount.idmap ? ['idmap'] : [];
    const options = [...(mount.readOnly ? ['ro'] : []), ...propagation, ...idmap].join(',');
    const place = `${mount.type === 'bind' ? mount.source : mount.name}:${mount.target}`;
    return options ? `${place}:${options}` : place;
  });
  return binds.length > 0 ? binds : NIL_SLICE;
}

/** Options by target. */
function tmpfsOf(mounts: readonly MountConfig[]): GoMap {
  const found = mounts.flatMap((mount) => (mount.type === 'tmpfs' ? [[mount.target, mount.options] as const] : []));
  return found.length > 0 ? new GoMap(Object.fromEntries(found), '') : new NilMap('');
}

function ratesOf(rates: readonly DeviceRate[] = []) {
  return rates.map(({ path, rate }) => ({ Path: path, Rate: rate }));
}

/** Without a limit they are 0, but for the number of processes, where 0 would be one. */
function resourcesOf(resources: Resources) {
  const { cpuShares, nanoCpus, cpuPeriod, cpuQuota, cpusetCpus, cpusetMems, memory, pids } = resources;
  return {
    CpuShares: cpuShares ?? 0,
    Memory: memory ?? 0,
    NanoCpus: nanoCpus ?? 0,
    CgroupParent: '',
    BlkioWeight: resources.blkioWeight ?? 0,
    BlkioWeightDevice: [],
    BlkioDeviceReadBps: ratesOf(resources.deviceReadBps),
    BlkioDeviceWriteBps: ratesOf(resources.deviceWriteBps),
    BlkioDeviceReadIOps: ratesOf(resources.deviceReadIops),
    BlkioDeviceWriteIOps: ratesOf(resources.deviceWriteIops),
    CpuPeriod: cpuPeriod ?? 0,
    CpuQuota: cpuQuota ?? 0,
    CpuRealtimePeriod: 0,
    CpuRealtimeRuntime: 0,
    CpusetCpus: cpusetCpus ?? '',
    CpusetMems: cpusetMems ?? '',
    DeviceRequests: NIL_SLICE,
    MemoryReservation: resources.memoryReservation ?? 0,
    // Unless told to, tslab's containers do not swap: the limit with swap is the same.
    MemorySwap: resources.memorySwap ?? memory ?? 0,
    MemorySwappiness: resources.memorySwappiness ?? null,
    OomKillDisable: resources.oomKillDisable ?? null,
    PidsLimit: pids ?? null,
  };
}
