import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeFile } from '../kernel/call.js';
import { UserError } from '../kernel/errors/user-error.js';
import type { Syscall } from '../kernel/syscall.js';
import type { DevicePolicy } from './devices/policy.js';
import { FILES, type IoRate, type Role } from './files.js';
import { freeze, thaw } from './freezer.js';
import { joinDirectory } from './join.js';
import { killAll } from './kill.js';
import { disownCgroup, makeCgroup, removeCgroup } from './make.js';
import { procsIn } from './members.js';
import type { Controller, CpuQuota, CpuStats, MemoryStats, PidsStats } from './types.js';
import { checkCpus, checkMems, checkPids, parseFlatKeyed } from './values.js';

/**
 * One cgroup, whatever the layout: a single directory on v2, one in each hierarchy on v1.
 *
 * Every change is a system call that the trace shows; every value is checked before the kernel sees it (UserError).
 * Where a controller is missing a UserError says which. `using` removes the cgroup.
 */
export abstract class Cgroup implements Disposable {
  constructor(
    readonly name: string,
    /** The directory in which each controller keeps its files. */
    readonly paths: ReadonlyMap<Controller, string>,
  ) {}

  /** Makes its directories, after an entry in the ledger. Nothing is left where that fails. */
  make(): void {
    makeCgroup(this.directories);
    try {
      this.enable();
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** Prepares new directories, so that processes may enter them and controllers count there. */
  protected abstract enable(): void;
  /** Where a file would be; undefined where no directory could hold it. */
  protected abstract locate(role: Role): string | undefined;
  /** The file into which a process with one thread writes 0 to move itself. */
  protected abstract readonly joinFile: 'cgroup.procs' | 'tasks';

  abstract setCpuQuota(quota: CpuQuota): void;
  /** Share of a busy CPU, relative to the cgroups beside it: 1 to 10000, 100 at first, as v2 counts. */
  abstract setCpuWeight(weight: number): void;
  /**
   * Bytes of memory; null for no limit. `total` is memory and swap together: unless said otherwise there is no way out into swap. EBUSY (v1)
   * where that much cannot be freed.
   */
  abstract setMemoryLimit(bytes: number | null, total?: number | null): void;
  /** How readily pages of processes are swapped out, 0 to 100. Throws a UserError on v2, which has no such file. */
  abstract setSwappiness(percent: number): void;
  /** Processes that need more than the limit wait, rather than being killed. Throws a UserError on v2. */
  abstract disableOomKiller(): void;
  /** Share of a busy disk, relative to the cgroups beside it: 10 to 1000, as Docker counts. Throws a UserError unless {@link canWeighIo}. */
  abstract setIoWeight(weight: number): void;
  /** Bytes or operations in a second of a disk, by its numbers (`8:0`); 0 is no limit. */
  abstract setIoRate(what: IoRate, disk: string, rate: number): void;
  /** Whether {@link setDevices} is possible here. */
  abstract canLimitDevices(): boolean;
  /** What processes inside may do with devices, for as long as the cgroup is there: said once, before the first one enters. */
  abstract setDevices(policy: DevicePolicy): void;
  abstract cpu(): CpuStats;
  abstract memory(): MemoryStats;

  /** How many processes and threads there may be, from 0; null for no limit. */
  setPidsLimit(limit: number | null): void {
    checkPids(limit);
    this.write('pids.limit', limit === null ? 'max' : `${limit}`);
  }

  /** The CPUs that may be used, as a list such as `0-1,3`. */
  setCpus(cpus: string): void {
    checkCpus(cpus, this.parents('cpuset.effective'));
    this.write('cpuset.cpus', cpus);
  }

  /** The nodes of memory that may be used, as a list such as `0-1,3`. */
  setMems(mems: string): void {
    checkMems(mems, this.parents('cpuset.mems.effective'));
    this.write('cpuset.mems', mems);
  }

  canWeighIo(): boolean {
    return this.has('io.bfq.weight') || this.has('io.weight');
  }

  /** Bytes that are taken away last where the machine runs short of memory. */
  setMemoryReservation(bytes: number): void {
    this.write('memory.reservation', `${bytes}`);
  }

  pids(): PidsStats {
    return {
      current: this.readNumber('pids.current'),
      peak: this.has('pids.peak') ? this.readNumber('pids.peak') : null,
      refused: this.readKeyed('pids.events').max ?? 0,
    };
  }

  /** Moves a process in, with all its threads. Its later children start inside. */
  attach(pid: number): void {
    for (const directory of this.directories) writeFile(join(directory, 'cgroup.procs'), `${pid}`);
  }

  /**
   * The same as a list of calls: the process that makes them moves itself in (0 means the writer, cgroups(7)). It must have one thread,
   * as a new process has.
   */
  joinCalls(): Syscall[] {
    return this.directories.flatMap((directory) => joinDirectory(directory, this.joinFile));
  }

  /** Pids of the processes inside. */
  procs(): number[] {
    return procsIn(dirname(this.file('procs')));
  }

  /** Stops all processes inside; returns when they have stopped. Throws where one does not within 5 s. */
  freeze(): void {
    freeze(dirname(this.file('freeze')));
  }

  thaw(): void {
    thaw(dirname(this.file('freeze')));
  }

  /** Kills everything inside, and below, and waits until it is gone. */
  killAll(): void {
    killAll(this.directories);
  }

  /** Kills everything inside and removes the cgroup; nothing happens where it is gone already. */
  remove(): void {
    removeCgroup(this.directories);
  }

  /** Takes it out of this process's ledger: somebody else removes it from now on. */
  disown(): void {
    disownCgroup(this.directories);
  }

  [Symbol.dispose](): void {
    this.remove();
  }

  /** Its directories, each once. */
  get directories(): string[] {
    return [...new Set(this.paths.values())];
  }

  /** Path of the file that plays this role here. Throws a UserError where there is none. */
  file(role: Role): string {
    const path = this.locate(role);
    if (path !== undefined && existsSync(path)) return path;
    const [controller] = FILES[role];
    const what = path ?? `a directory of the controller "${controller}"`;
    throw new UserError(`"${role}" (controller: ${controller}) is not there: ${what} does not exist.`, 3, REMEDY);
  }

  has(role: Role): boolean {
    const path = this.locate(role);
    return path !== undefined && existsSync(path);
  }

  /** The text of the file, without the line break at its end. */
  read(role: Role): string {
    return readFileSync(this.file(role), 'utf8').trimEnd();
  }

  protected write(role: Role, text: string): void {
    writeFile(this.file(role), text);
  }

  protected readNumber(role: Role): number {
    return Number(this.read(role));
  }

  protected readKeyed(role: Role): Record<string, number> {
    return parseFlatKeyed(this.read(role));
  }

  /** What the parent has: this cgroup itself may have less by now. */
  private parents(role: Role): string {
    const own = this.file(role);
    return readFileSync(join(dirname(own), '..', basename(own)), 'utf8').trim();
  }
}

const REMEDY = 'tslab doctor shows which controllers this machine has and where';
