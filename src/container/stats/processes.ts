import { readFileSync } from 'node:fs';
import { openCgroups } from '../../cgroup/open.js';
import { deviceNumbers } from '../../kernel/files/device-numbers.js';
import { type Pid, readLink, readProc } from '../../procfs/proc.js';
import { listProcesses } from '../../procfs/processes.js';
import { readStatus } from '../../procfs/status.js';
import type { Container } from '../store/store.js';

/** A process of a container as the host sees it. */
export interface ContainerProcess {
  /** The name of its user on the host, or the number where the host has none. */
  readonly user: string;
  readonly pid: number;
  readonly ppid: number;
  /** When it started, in milliseconds since 1970. */
  readonly started: number;
  /** `pts/0`, or `?` where it has no terminal. */
  readonly tty: string;
  /** CPU time used so far. */
  readonly cpuSeconds: number;
  readonly command: string;
}

/** The processes of a running container, in order of pid, with those that `exec` added. */
export function containerProcesses(container: Container): ContainerProcess[] {
  const host: Host = { users: hostUsers(), boot: bootTime() };
  return pidsOf(container).flatMap((pid) => describe(pid, host) ?? []);
}

interface Host {
  /** Names by number. */
  readonly users: ReadonlyMap<string, string>;
  /** When it started, in seconds since 1970. */
  readonly boot: number;
}

/** The pids in its cgroup; without one (`--skip cgroup`, no root) those in its pid namespace. */
export function pidsOf({ config, state }: Container): number[] {
  const cgroup = cgroupOf(config.id);
  if (cgroup) return cgroup.procs().sort((a, b) => a - b);
  const namespace = readLink(state.init.pid, 'ns/pid');
  const all = listProcesses().map(({ pid }) => pid);
  return all.filter((pid) => namespace !== null && readLink(pid, 'ns/pid') === namespace);
}

function cgroupOf(id: string) {
  try {
    return openCgroups().find(id);
  } catch {
    return undefined;
  }
}

/** Undefined where it has ended meanwhile. */
function describe(pid: Pid, { users, boot }: Host): ContainerProcess | undefined {
  const [stat, status] = [readProc(pid, 'stat'), readStatus(pid)];
  if (stat === null || status === null) return undefined;
  const uid = String(status.euid);
  return { user: users.get(uid) ?? uid, ...parseTimes(stat, boot), command: commandOf(pid, stat) };
}

/** Numbers and times in the text of /proc/PID/stat: proc_pid_stat(5). `boot` is when the machine started, in seconds since 1970. */
export function parseTimes(stat: string, boot: number) {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - FIRST_FIELD]);
  return {
    pid: Number.parseInt(stat, 10),
    ppid: field(4),
    tty: terminalName(field(7)),
    cpuSeconds: (field(14) + field(15)) / TICKS,
    started: (boot + field(22) / TICKS) * 1000,
  };
}

/** Number of the field behind the program's name, as the man page counts. */
const FIRST_FIELD = 3;
/** sysconf(_SC_CLK_TCK), which is 100 on every architecture that tslab knows. */
const TICKS = 100;

/** Device numbers: 136 to 143 are pseudo-terminals, 4 the consoles (Documentation/admin-guide/devices.txt). */
function terminalName(device: number): string {
  const { major, minor } = deviceNumbers({ rdev: device });
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`;
  return major === 4 ? `tty${minor}` : '?';
}

/** A thread of the kernel and a zombie have no arguments: their name in brackets, as ps(1) shows them. */
function commandOf(pid: Pid, stat: string): string {
  const args = (readProc(pid, 'cmdline') ?? '').split('\0').filter(Boolean);
  return args.length > 0 ? args.join(' ') : `[${stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))}]`;
}

function bootTime(): number {
  return Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? 0);
}

function hostUsers(): Map<string, string> {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  return new Map(lines.map((line) => line.split(':')).map(([name = '', , uid = '']) => [uid, name]));
}
