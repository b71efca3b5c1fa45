import { basename, dirname } from 'node:path';
import { deviceLines, limitDevices } from '../../../labs/10-security/calls/devices.js';
import type { OwnCgroup } from '../../../labs/12-runtime/calls/pieces.js';
import type { Cgroup } from '../../cgroup/cgroup.js';
import type { IoRate } from '../../cgroup/files.js';
import { openCgroups } from '../../cgroup/open.js';
import { CONTAINERS_CONTROLLERS, CONTROLLERS } from '../../cgroup/types.js';
import { V1Cgroup } from '../../cgroup/v1/v1-cgroup.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { Linux } from '../../oci/linux.js';
import { detectLayout } from '../../procfs/cgroups.js';
import { readMountinfo } from '../../procfs/mountinfo.js';

type Resources = NonNullable<Linux['resources']>;

interface SharesPids {
  readonly pid?: string;
  readonly skip: readonly string[];
}

/**
 * In a pid namespace of its own nothing outlives its first process. In another the rest is ended by its cgroup, so it must have one. Throws
 * UserError: 2 where it is to be left out, 3 where none can be made here.
 */
export function refuseSharedPids({ pid, skip }: SharesPids, cgroup: Cgroup | undefined): void {
  if (pid === undefined || (cgroup && !skip.includes('cgroup'))) return;
  const message = `--pid ${pid}: only by a cgroup of its own can all processes of such a container be ended`;
  if (cgroup) throw new UserError(message, 2, 'Leave --skip cgroup out.');
  throw new UserError(message, 3, 'tslab doctor tells why none can be made here.');
}

/** Limits for which a container needs the controller of disks. */
const OF_DISKS = ['blkioWeight', 'deviceReadBps', 'deviceWriteBps', 'deviceReadIops', 'deviceWriteIops'] as const;

interface Limited {
  readonly id: string;
  readonly resources: Readonly<Partial<Record<(typeof OF_DISKS)[number], unknown>>>;
}

/**
 * The cgroup that a container will have, named after it; with the controller of disks only where that was asked for. Undefined
 * where none can be made here and no limit was asked for.
 */
export function planCgroup({ id, resources }: Limited): Cgroup | undefined {
  try {
    return openCgroups().plan(id, OF_DISKS.some((name) => name in resources) ? CONTROLLERS : CONTAINERS_CONTROLLERS);
  } catch (error) {
    if (error instanceof UserError && Object.keys(resources).length === 0) return undefined;
    throw error;
  }
}

/**
 * What the list of a container does with its cgroup: tslab makes it, with its limits, and the child moves itself in; or is moved, where it is
 * at the gate as somebody who may not.
 */
export function inCgroup(cgroup: Cgroup, resources: Resources, isMoved = false): OwnCgroup {
  const made = [...cgroup.directories.map((directory) => `mkdir ${directory}`), ...limitLines(resources)];
  const moved = isMoved ? cgroup.directories.map((directory) => `write PID to ${directory}/cgroup.procs`) : [];
  const lines = [...made, ...moved];
  const open = (pid: number) => {
    cgroup.make();
    applyLimits(cgroup, resources);
    if (isMoved) cgroup.attach(pid);
  };
  const directories = new Map(cgroup.directories.map((directory) => [hierarchyOf(directory), directory]));
  return {
    gate: { lines, open },
    join: isMoved ? [] : cgroup.joinCalls(),
    devices: devicesGate(cgroup, resources.devices),
    directories,
  };
}

function devicesGate(cgroup: Cgroup, rules: Resources['devices']): OwnCgroup['devices'] {
  return rules && { lines: deviceLines(rules), open: () => limitDevices(cgroup, rules) };
}

/**
 * How a container sees its cgroup. Without one of its own: on v2 that which it was started in, on v1 nothing, which covers the
 * host's where that is in sight (`--network host` without root). Undefined where there are no cgroups at all.
 */
export function cgroupVersion(cgroup: Cgroup | undefined): 1 | 2 | undefined {
  if (cgroup) return cgroup instanceof V1Cgroup ? 1 : 2;
  const layout = detectLayout(readMountinfo());
  if (layout === 'none') return undefined;
  return layout === 'v2' ? 2 : 1;
}

/** `/sys/fs/cgroup/cpu,cpuacct/tslab/NAME` is in the hierarchy `cpu,cpuacct`. */
function hierarchyOf(directory: string): string {
  return basename(dirname(dirname(directory)));
}

/** The cgroup of a container that has one, whoever made it. */
export function findCgroup(id: string): Cgroup | undefined {
  try {
    return openCgroups().find(id);
  } catch {
    return undefined;
  }
}

/** Lets the processes of a container go on, or die, where something has frozen them. */
export function thawWhatIsThere(id: string): void {
  try {
    findCgroup(id)?.thaw();
  } catch {
    // It goes with its last process, at any moment. Whoever waits for the end of one that stays frozen will tell.
  }
}

function limitLines({ cpu = {}, memory, pids, blockIO }: Resources): string[] {
  const { quota: cpuQuota, period: cpuPeriod, shares: cpuShares, cpus: cpusetCpus, mems: cpusetMems } = cpu;
  const { limit, swap, reservation: memoryReservation, swappiness: memorySwappiness, disableOOMKiller } = memory ?? {};
  const limits = {
    ...{ cpuQuota, cpuPeriod, cpuShares, cpusetCpus, cpusetMems, memory: limit },
    ...{ memorySwap: swap === limit ? undefined : swap, memoryReservation, memorySwappiness },
    ...{ oomKillDisable: disableOOMKiller, pids: pids?.limit, blkioWeight: blockIO?.weight },
  };
  const given = Object.entries(limits).filter(([, value]) => value !== undefined);
  const rates = ratesOf(blockIO).map(([what, disk, rate]) => `limit ${what} of ${disk} to ${rate}`);
  return [...given.map(([name, value]) => `limit ${name} to ${value}`), ...rates];
}

/** Sets the limits of a cgroup, also of one in which processes are. Throws the kernel's errors: EBUSY where as much memory cannot be freed. */
export function applyLimits(cgroup: Cgroup, { cpu = {}, memory = {}, pids, blockIO }: Resources): void {
  const { quota, period, shares, cpus, mems } = cpu;
  const isTimed = (quota ?? period) !== undefined;
  if (isTimed) cgroup.setCpuQuota({ quota: unlessMinusOne(quota ?? -1), period: Number(period ?? 100_000) });
  if (shares !== undefined) cgroup.setCpuWeight(weightOf(Number(shares)));
  if (cpus !== undefined) cgroup.setCpus(cpus);
  if (mems !== undefined) cgroup.setMems(mems);
  limitMemory(cgroup, memory);
  if (pids !== undefined) cgroup.setPidsLimit(unlessMinusOne(pids.limit));
  for (const [what, disk, rate] of ratesOf(blockIO)) cgroup.setIoRate(what, disk, rate);
  // The last of all: where it is refused, there is no weight before that would have to be set again.
  if (blockIO?.weight !== undefined) cgroup.setIoWeight(blockIO.weight);
}

function limitMemory(cgroup: Cgroup, memory: NonNullable<Resources['memory']>): void {
  const { limit, swap = limit, reservation, swappiness, disableOOMKiller } = memory;
  if (limit !== undefined) cgroup.setMemoryLimit(unlessMinusOne(limit), unlessMinusOne(swap ?? limit));
  if (reservation !== undefined) cgroup.setMemoryReservation(Number(reservation));
  if (swappiness !== undefined) cgroup.setSwappiness(Number(swappiness));
  if (disableOOMKiller) cgroup.disableOomKiller();
}

function ratesOf(blockIO: Resources['blockIO'] = {}): (readonly [what: IoRate, disk: string, rate: number])[] {
  const all = [
    ['io.read.bps', blockIO.throttleReadBpsDevice],
    ['io.write.bps', blockIO.throttleWriteBpsDevice],
    ['io.read.iops', blockIO.throttleReadIOPSDevice],
    ['io.write.iops', blockIO.throttleWriteIOPSDevice],
  ] as const;
  return all.flatMap(([what, disks = []]) =>
    disks.map(({ major, minor, rate = 0 }) => [what, `${major}:${minor}`, Number(rate)] as const),
  );
}

/** -1 is no limit. */
function unlessMinusOne(limit: number | bigint): number | null {
  return Number(limit) === -1 ? null : Number(limit);
}

/** Docker counts from 1024, a cgroup of v2 from 100, both for an ordinary share. */
function weightOf(shares: number): number {
  return Math.min(10_000, Math.max(1, Math.round((shares * 100) / 1024)));
}
