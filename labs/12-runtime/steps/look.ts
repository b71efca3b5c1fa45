/** What the host reads of a container: /proc/PID/root leads to its files, the rest of /proc/PID tells the rest. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { capabilitiesIn as namesIn } from '../../../src/kernel/credentials/capability-names.js';
import { fileId } from '../../../src/procfs/file-id.js';
import { type Mount, readMountinfo } from '../../../src/procfs/mountinfo.js';
import { type NamespaceKind, readNamespace } from '../../../src/procfs/namespaces.js';
import { ifReadable, readProc } from '../../../src/procfs/proc.js';
import { parseStat, startTime } from '../../../src/procfs/processes.js';
import { readStatus } from '../../../src/procfs/status.js';
import { parseLayers } from '../../04-overlay/calls/options.js';
import { SHM } from '../calls/mounts.js';
import type { Plan } from './parts.js';

/** proc_pid_status(5) */
const SECCOMP_MODE_FILTER = 2;

/** Whether a process is in another namespace of this kind than tslab. */
export function ownOrShared(pid: number, kind: NamespaceKind): 'own' | 'shared' {
  return readNamespace(pid, kind) === readNamespace('self', kind) ? 'shared' : 'own';
}

/** The numbers in its /proc. */
export function visiblePids(pid: number): string[] {
  return readdirSync(inside(pid, '/proc')).filter((name) => /^\d+$/.test(name));
}

/** Whether tslab is among the processes that it sees: then all of the host's are. */
export function seesTslab(pid: number): boolean {
  const stat = ifReadable(() => readFileSync(inside(pid, `/proc/${process.pid}/stat`), 'utf8'));
  return stat !== null && parseStat(stat).startTime === startTime('self');
}

/** The mount that is its root: the last of those at `/`. */
export function rootMount(pid: number): Mount | undefined {
  return readMountinfo(pid).findLast(({ mountPoint }) => mountPoint === '/');
}

/** Where a file that it makes in its root ends up. */
export function whereWritesGo(pid: number, { image, layers }: Plan): string {
  const root = fileId(inside(pid, '/'));
  if (root === fileId('/')) return 'the host’s files';
  if (root === fileId(image)) return 'the image';
  const { upper } = parseLayers(rootMount(pid)?.superOptions ?? []);
  return upper === layers.upper ? 'a layer of its own' : `${upper}`;
}

/** Where its programs have POSIX shared memory (shm_overview(7)). */
export function whoseShm(pid: number): string {
  const there = statSync(inside(pid, SHM), { throwIfNoEntry: false });
  if (there === undefined) return 'none';
  return statSync(SHM, { throwIfNoEntry: false })?.dev === there.dev ? 'the host’s' : 'its own';
}

/** Whether its clocks go by other offsets than tslab’s (time_namespaces(7)). Without such namespaces there is no file that tells. */
export function whoseClocks(pid: number): string {
  const offsets = readProc(pid, 'timens_offsets');
  return offsets === readProc('self', 'timens_offsets') ? 'the host’s' : `${offsets?.replace(/\s+/g, ' ')}`;
}

/** The network links of its namespace. */
export function linksOf(pid: number): string[] {
  const lines = readFileSync(`/proc/${pid}/net/dev`, 'utf8').split('\n').slice(2);
  return lines.flatMap((line) => /^\s*(\S+):/.exec(line)?.[1] ?? []);
}

/** Whether its path leads to the volume's directory on the host. */
export function hasVolume(pid: number, { volume: { source, target } }: Plan): boolean {
  const there = statSync(inside(pid, target), { throwIfNoEntry: false });
  return there !== undefined && fileId(inside(pid, target)) === fileId(source);
}

/** Its user, as the host counts. */
export function userOf(pid: number): string {
  return `${readStatus(pid)?.euid ?? 'gone'}`;
}

/** Of its capabilities those that it has, and the most that it could get. */
export function powersOf(pid: number): string {
  const [has, most] = [capabilitiesIn(pid, 'CapEff').length, capabilitiesIn(pid, 'CapBnd').length];
  return `${has} of root’s, at most ${most}`;
}

/** A set of its capabilities, by their names. */
export function capabilitiesIn(pid: number, set: 'CapEff' | 'CapBnd'): readonly string[] {
  return namesIn(BigInt(`0x${readStatus(pid)?.fields.get(set) ?? '0'}`));
}

export function hasAdmin(pid: number): boolean {
  return capabilitiesIn(pid, 'CapEff').includes('CAP_SYS_ADMIN');
}

/** Whether all its calls reach the kernel's own code (seccomp(2)). */
export function callsOf(pid: number): 'all' | 'filtered' {
  return readStatus(pid)?.seccomp === SECCOMP_MODE_FILTER ? 'filtered' : 'all';
}

/** A path of the container as a path of the host. */
export function inside(pid: number, path: string): string {
  return join(`/proc/${pid}/root`, path, path === '/' ? '/' : '');
}
