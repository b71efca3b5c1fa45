import { join } from 'node:path';
import { Cgroup } from '../cgroup.js';
import { FILES, type Role } from '../files.js';
import type { CpuQuota, CpuStats, MemoryStats } from '../types.js';
import { checkBytes, checkQuota, checkWeight } from '../values.js';
import { enableFor } from './controllers.js';

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

  override setMemoryLimit(bytes: number | null): void {
    checkBytes(bytes);
    this.write('memory.limit', `${bytes ?? 'max'}`);
    // Otherwise pages above the limit are swapped out instead of refused. A kernel without swap has no such file.
    if (this.has('memory.swap')) this.write('memory.swap', bytes === null ? 'max' : '0');
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
