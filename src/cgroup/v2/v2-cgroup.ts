import { join } from 'node:path';
import { UserError } from '../../kernel/errors/user-error.js';
import { Cgroup } from '../cgroup.js';
import type { DevicePolicy } from '../devices/policy.js';
import { FILES, type IoRate, type Role } from '../files.js';
import type { CpuQuota, CpuStats, MemoryStats } from '../types.js';
import { checkBytes, checkQuota, checkWeight, ioWeightOf } from '../values.js';
import { enableFor } from './controllers.js';
import { attachPolicy, canLoadPrograms } from './devices.js';

/** A cgroup of v2: one directory in the one hierarchy, with the files of the controllers that its parent has enabled. */
export class V2Cgroup extends Cgroup {
  /** Not `cgroup.threads`, which moves threads within one threaded subtree only (cgroups(7), "Thread mode"). */
  protected override readonly joinFile = 'cgroup.procs';

  protected override enable(): void {
    for (const directory of this.directories) enableFor(directory, [...this.paths.keys()]);
  }

  protected override locate(role: Role): string | undefined {
    const [directory] = this.directories;
    return directory && join(directory, FILES[role][2]);
  }

  override setCpuQuota(limit: CpuQuota): void {
    checkQuota(limit);
    this.write('cpu.quota', `${limit.quota ?? 'max'} ${limit.period}`);
  }

  override setCpuWeight(weight: number): void {
    checkWeight(weight);
    this.write('cpu.weight', `${weight}`);
  }

  override setMemoryLimit(bytes: number | null, total = bytes): void {
    checkBytes(bytes);
    this.write('memory.limit', `${bytes ?? 'max'}`);
    // Otherwise pages above the limit are swapped out instead of refused. A kernel without swap has no such file.
    if (total === bytes && !this.has('memory.swap')) return;
    this.write('memory.swap', bytes === null || total === null ? 'max' : `${total - bytes}`);
  }

  override setSwappiness(): void {
    throw onlyOnV1('memory.swappiness', 'How much may be swapped out at all memory.swap.max says (--memory-swap).');
  }

  override disableOomKiller(): void {
    throw onlyOnV1('memory.oom_control', 'A higher limit, or none, is what keeps a program alive.');
  }

  override setIoWeight(weight: number): void {
    if (this.has('io.bfq.weight')) this.write('io.bfq.weight', `${weight}`);
    else this.write('io.weight', `${ioWeightOf(weight)}`);
  }

  override setIoRate(what: IoRate, disk: string, rate: number): void {
    this.write(what, `${disk} ${IO_MAX[what]}=${rate === 0 ? 'max' : rate}`);
  }

  override canLimitDevices(): boolean {
    return canLoadPrograms();
  }

  override setDevices(policy: DevicePolicy): void {
    const [directory] = this.directories;
    if (directory && asksAtAll(policy)) attachPolicy(directory, policy);
  }

  override cpu(): CpuStats {
    const stat = this.readKeyed('cpu.stat');
    return {
      usage: (stat.usage_usec ?? 0) / 1e6,
      periods: stat.nr_periods ?? 0,
      throttledPeriods: stat.nr_throttled ?? 0,
      throttledTime: (stat.throttled_usec ?? 0) / 1e6,
    };
  }

  override memory(): MemoryStats {
    return {
      current: this.readNumber('memory.current'),
      peak: this.has('memory.peak') ? this.readNumber('memory.peak') : null,
      oomKills: this.readKeyed('memory.events').oom_kill ?? 0,
    };
  }
}

/** Keys of a line of io.max (cgroup-v2.rst). */
const IO_MAX: Readonly<Record<IoRate, string>> = {
  'io.read.bps': 'rbps',
  'io.write.bps': 'wbps',
  'io.read.iops': 'riops',
  'io.write.iops': 'wiops',
};

function asksAtAll({ allowsOthers, rules }: DevicePolicy): boolean {
  return !allowsOthers || rules.length > 0;
}

function onlyOnV1(file: string, remedy: string): UserError {
  return new UserError(
    `${file} is a file of cgroup v1, and this machine has v2, which has none that says the same.`,
    3,
    remedy,
  );
}
