import { readFileSync } from 'node:fs';
import type { Cgroup } from '../../cgroup/cgroup.js';
import { type Cgroups, openCgroups } from '../../cgroup/open.js';
import { parseFlatKeyed } from '../../cgroup/values.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { ifReadable } from '../../procfs/proc.js';
import { parseFields, parseKilobytes } from '../../procfs/status.js';
import type { Container } from '../store/store.js';
import { diskTraffic, networkTraffic, type Traffic } from './traffic.js';

/** The counters of a container's cgroup, processes and network at a moment. */
export interface Sample {
  /** Milliseconds of a monotonic clock. */
  readonly time: number;
  /** CPU time used so far. */
  readonly cpuSeconds: number;
  /** Bytes, without the page cache that can be dropped at once. */
  readonly memory: number;
  /** Bytes; all memory of the machine where there is no limit. */
  readonly memoryLimit: number;
  readonly pids: number;
  /** Undefined: it shares the host's network, whose counters are not its own. */
  readonly network: Traffic | undefined;
  /** Undefined where the kernel does not tell. */
  readonly disk: Traffic | undefined;
}

/** Takes samples of containers. */
export class Sampler {
  readonly #cgroups: Cgroups | undefined;
  readonly #machine = machineMemory();

  /** Calls `warn` where there are no cgroups, and so no numbers. */
  constructor(warn: (message: string) => void) {
    try {
      this.#cgroups = openCgroups();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      warn(`nothing can be measured: ${error.message}`);
    }
  }

  /** Undefined where the container does not run, or has no cgroup. */
  sample({ config, state }: Container): Sample | undefined {
    const cgroup = this.#cgroups?.find(config.id);
    const network = () => (config.network === 'host' ? undefined : networkTraffic(state.init.pid));
    return (cgroup && ifReadable(() => ({ ...read(cgroup, this.#machine), network: network() }))) ?? undefined;
  }
}

function read(cgroup: Cgroup, machine: number): Omit<Sample, 'network'> {
  const limit = Number(cgroup.read('memory.limit'));
  return {
    time: performance.now(),
    cpuSeconds: cgroup.cpu().usage,
    memory: usedMemory(cgroup),
    // `max` on v2; on v1 the largest number of pages that there could be.
    memoryLimit: Number.isNaN(limit) ? machine : Math.min(limit, machine),
    pids: cgroup.pids().current,
    disk: diskTraffic(cgroup.procs()),
  };
}

/** As Docker counts: without inactive page cache (inactive_file), which is reclaimed before a process is killed. */
function usedMemory(cgroup: Cgroup): number {
  const stat = parseFlatKeyed(cgroup.read('memory.stat'));
  const { current } = cgroup.memory();
  return Math.max(0, current - (stat.total_inactive_file ?? stat.inactive_file ?? 0));
}

/** The share of one CPU that was used between two samples: 1 is all of it, 2 all of two. */
export function cpuShare(before: Sample, after: Sample): number {
  const seconds = (after.time - before.time) / 1000;
  return seconds > 0 ? Math.max(0, (after.cpuSeconds - before.cpuSeconds) / seconds) : 0;
}

function machineMemory(): number {
  return parseKilobytes(parseFields(readFileSync('/proc/meminfo', 'utf8')).get('MemTotal')) ?? Number.POSITIVE_INFINITY;
}
