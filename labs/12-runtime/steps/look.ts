/** What the host reads of a container: /proc/PID/root leads to its files, the rest of /proc/PID tells the rest. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileId } from '../../../src/procfs/file-id.js';
import { type Mount, readMountinfo } from '../../../src/procfs/mountinfo.js';
import { type NamespaceKind, readNamespace } from '../../../src/procfs/namespaces.js';
import { ifReadable, readProc } from '../../../src/procfs/proc.js';
import { parseStat, startTime } from '../../../src/procfs/processes.js';
import { parseLayers } from '../../04-overlay/calls/options.js';
import { SHM } from '../calls/mounts.js';
import type { Plan } from './parts.js';

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

/** A path of the container as a path of the host. */
export function inside(pid: number, path: string): string {
  return join(`/proc/${pid}/root`, path, path === '/' ? '/' : '');
}
