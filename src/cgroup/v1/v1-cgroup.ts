import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFile } from '../../kernel/call.js';
import { Cgroup } from '../cgroup.js';
import type { DevicePolicy } from '../devices/policy.js';
import { FILES, type IoRate, type Role } from '../files.js';
import type { CpuQuota, CpuStats, MemoryStats } from '../types.js';
import { checkBytes, checkQuota, checkWeight, sharesOf } from '../values.js';
import { writeDevices } from './devices.js';

/** A cgroup of v1: a directory of the same name in the hierarchy of each controller. */
export class V1Cgroup extends Cgroup {
  /**
   * Moving a process by `cgroup.procs` waits for an RCU grace period, since no process may fork meanwhile: 7 ms and more on Linux
   * 6.18. A thread that moves itself by `tasks` waits for nobody (commit 9a3284fad42f, "cgroup: Optimize single thread migration").
   */
  protected override readonly joinFile = 'tasks';

  protected override enable(): void {
    inheritCpus(this.paths.get('cpuset'));
  }

  protected override locate(role: Role): string | undefined {
    const [controller, file] = FILES[role];
    const directory = role === 'procs' ? this.directories[0] : this.paths.get(controller);
    return directory && `${directory}/${file}`;
  }

  override setCpuQuota(limit: CpuQuota): void {
    checkQuota(limit);
    this.write('cpu.period', `${limit.period}`);
    this.write('cpu.quota', `${limit.quota ?? -1}`);
  }

  override setCpuWeight(weight: number): void {
    checkWeight(weight);
    this.write('cpu.weight', `${sharesOf(weight)}`);
  }

  override setMemoryLimit(bytes: number | null, total = bytes): void {
    checkBytes(bytes);
    // `swapaccount=0`, for years the default of Debian and Ubuntu; a swappiness of 0 then keeps it out of swap.
    if (total === bytes && !this.has('memory.swap')) {
      this.write('memory.limit', `${bytes ?? -1}`);
      this.write('memory.swappiness', bytes === null ? '60' : '0');
      return;
    }
    const writes: [Role, number | null][] = [
      ['memory.limit', bytes],
      ['memory.swap', total],
    ];
    // "memory and swap" may never be below "memory" (EINVAL): a higher limit starts with the former, a lower one with the latter.
    if (total === null || total > this.readNumber('memory.swap')) writes.reverse();
    for (const [role, limit] of writes) this.write(role, `${limit ?? -1}`);
  }

  override setSwappiness(percent: number): void {
    this.write('memory.swappiness', `${percent}`);
  }

  override disableOomKiller(): void {
    this.write('memory.events', '1');
  }

  override setIoWeight(weight: number): void {
    this.write(this.has('io.bfq.weight') ? 'io.bfq.weight' : 'io.weight', `${weight}`);
  }

  override setIoRate(what: IoRate, disk: string, rate: number): void {
    this.write(what, `${disk} ${rate}`);
  }

  override canLimitDevices(): boolean {
    return this.paths.has('devices');
  }

  override setDevices(policy: DevicePolicy): void {
    writeDevices(this.paths.get('devices') as string, policy);
  }

  override cpu(): CpuStats {
    const stat = this.has('cpu.stat') ? this.readKeyed('cpu.stat') : {};
    return {
      usage: this.readNumber('cpu.usage') / 1e9,
      periods: stat.nr_periods ?? 0,
      throttledPeriods: stat.nr_throttled ?? 0,
      throttledTime: (stat.throttled_time ?? 0) / 1e9,
    };
  }

  override memory(): MemoryStats {
    return {
      current: this.readNumber('memory.current'),
      peak: this.readNumber('memory.peak'),
      oomKills: this.readKeyed('memory.events').oom_kill ?? 0,
    };
  }
}

/** A new cpuset of v1 has no CPUs and no memory nodes, and no process can enter it (ENOSPC) until it has both: cpuset(7). */
function inheritCpus(directory: string | undefined): void {
  if (directory === undefined) return;
  const shared = dirname(directory);
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (read(shared, file) === '') writeFile(`${shared}/${file}`, read(dirname(shared), file));
    writeFile(`${directory}/${file}`, read(shared, file));
  }
}

function read(directory: string, file: string): string {
  return readFileSync(`${directory}/${file}`, 'utf8').trim();
}
