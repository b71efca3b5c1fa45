import { UserError } from '../kernel/errors/user-error.js';
import type { CpuQuota } from './types.js';

/** Throws a UserError unless the kernel would take it: tg_set_cfs_bandwidth() wants a quota of 1 ms or more and a period of 1 ms to 1 s. */
export function checkQuota({ quota, period }: CpuQuota): void {
  check(wholeWithin(period, 1_000, 1_000_000), 'CPU period', period, 'from 1000 to 1000000 µs (1 ms to 1 s)');
  const allowed = 'at least 1000 µs (1 ms) a period, or none; 100000 in 100000 is one whole CPU';
  check(quota === null || wholeWithin(quota, 1_000, Number.MAX_SAFE_INTEGER), 'CPU quota', quota, allowed);
}

/** Throws a UserError unless it is a weight of v2: 1 to 10000, where 100 is what every cgroup has at first. */
export function checkWeight(weight: number): void {
  check(wholeWithin(weight, 1, 10_000), 'CPU weight', weight, 'a whole number from 1 to 10000; 100 is the default');
}

/** Throws a UserError unless it is at least one page: the kernel rounds less down to 0, and nothing could start. */
export function checkBytes(bytes: number | null): void {
  const allowed = 'a whole number of bytes, at least 4096 (one page), or none';
  check(bytes === null || wholeWithin(bytes, 4096, Number.MAX_SAFE_INTEGER), 'memory limit', bytes, allowed);
}

/** Throws a UserError unless it is 0 to 4194304: PID_MAX_LIMIT of include/linux/threads.h. */
export function checkPids(limit: number | null): void {
  const allowed = 'a whole number from 0 to 4194304, or none';
  check(limit === null || wholeWithin(limit, 0, 4_194_304), 'limit of processes', limit, allowed);
}

/**
 * Throws a UserError unless `cpus` is a list of CPUs that are all among `available`.
 * v1 would say EINVAL for the others; v2 would take them and quietly use what the parent has.
 */
export function checkCpus(cpus: string, available: string): void {
  const usable = new Set(parseCpuList(available));
  const wanted = parseCpuList(cpus);
  const allowed = `a list such as 0 or 0-1,3 of the CPUs that can be used here: ${available}`;
  check(wanted?.every((cpu) => usable.has(cpu)) ?? false, 'list of CPUs', cpus, allowed);
}

/** The same of nodes of memory (NUMA), as `cpuset.mems` takes them. */
export function checkMems(mems: string, available: string): void {
  const usable = new Set(parseCpuList(available));
  const allowed = `a list such as 0 or 0-1,3 of the nodes that can be used here: ${available}`;
  check(parseCpuList(mems)?.every((node) => usable.has(node)) ?? false, 'list of memory nodes', mems, allowed);
}

/** Returns the name if a directory can have it; otherwise throws a UserError. */
export function checkName(name: string): string {
  // Without the flag `i`, for which V8 needs a millisecond to build its case tables.
  const fits = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}$/.test(name);
  check(fits, 'cgroup name', name, 'letters, digits, and - _ . inside, at most 100');
  return name;
}

/**
 * The `cpu.shares` of v1 (2 to 262144, default 1024) for a `cpu.weight` of v2 (1 to 10000, default 100).
 *
 * This is the kernel's own sum, sched_weight_from_cgroup() in kernel/sched/sched.h: it keeps the default and every ratio,
 * so 300 against 100 shares a CPU 75:25 in both layouts. runc has to go the other way, from the OCI's `shares` to a
 * weight; its first formula, 1 + (shares - 2) * 9999 / 262142, made 39 of the default 1024 and was replaced in 2025.
 */
export function sharesOf(weight: number): number {
  return Math.round((weight * 1024) / 100);
}

/**
 * The `io.weight` of v2 (1 to 10000) for a `blkio.weight` (10 to 1000): as runc does it, ConvertBlkIOToIOWeightValue() of
 * opencontainers/cgroups.
 */
export function ioWeightOf(weight: number): number {
  return 1 + Math.trunc(((weight - 10) * 9999) / 990);
}

function wholeWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function check(holds: boolean, what: string, value: unknown, allowed: string): void {
  if (!holds) throw new UserError(`${what} ${JSON.stringify(value)} is not possible. Allowed: ${allowed}.`, 2);
}

/** A "flat keyed" file such as `cpu.stat`: one `key value` a line. */
export function parseFlatKeyed(text: string): Record<string, number> {
  const rows = text.split('\n').filter((line) => line !== '');
  return Object.fromEntries(rows.map(parseRow));
}

function parseRow(line: string): [string, number] {
  const [key, value, ...rest] = line.split(' ');
  const number = Number(value);
  if (key === undefined || value === undefined || rest.length > 0 || Number.isNaN(number)) {
    throw new Error(`not a "key value" line of a flat keyed cgroup file: ${JSON.stringify(line)}`);
  }
  return [key, number];
}

/** The pids of a `cgroup.procs`. The kernel writes 0 for a process that our pid namespace does not show. */
export function parsePids(text: string): number[] {
  return words(text).map(Number);
}

/** The words of a line such as `cgroup.controllers`. */
export function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** The CPUs of a list such as `0-2,5`, in the kernel's format (cpuset(7), "Formats"); null where it is none. */
export function parseCpuList(text: string): number[] | null {
  const ranges = text.trim().split(',').map(parseCpuRange);
  return ranges.every((range) => range !== null) ? ranges.flat() : null;
}

function parseCpuRange(text: string): number[] | null {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (!match) return null;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first <= last ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : null;
}
