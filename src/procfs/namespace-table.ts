import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { O_CLOEXEC, O_NOCTTY, O_NONBLOCK } from '../kernel/constants.js';
import { errorCode } from '../kernel/errors/errno.js';
import { type Keeper, mountedNamespaces, openNamespaces, pathOf } from './namespace-keepers.js';
import { NAMESPACE_TYPES, type NamespaceType, noteRelations, type Relations } from './namespace-relations.js';
import { parseNamespaceLink } from './namespaces.js';
import { ifReadable, procPath } from './proc.js';
import { readProcess } from './processes.js';

/** A namespace that there is, as far as this process may see. */
export interface Namespace {
  readonly type: NamespaceType;
  readonly inode: number;
  /** Processes in it, in order of pid. */
  readonly pids: readonly number[];
  readonly keepers: readonly Keeper[];
  /** Undefined where this process may not open what keeps it. */
  readonly relations: Relations | undefined;
}

/** All namespaces by their inodes. */
export interface NamespaceTable {
  readonly namespaces: ReadonlyMap<number, Namespace>;
  /** How many processes may not be looked at: their namespaces are missing here. */
  readonly hidden: number;
}

interface Found {
  readonly type: NamespaceType;
  readonly pids: number[];
  readonly keepers: Keeper[];
}

/** Processes may end, and start, while /proc is read: what cannot be read any more is left out. */
export function readNamespaceTable(): NamespaceTable {
  const found = new Map<number, Found>();
  const pids = allPids();
  const hidden = pids.filter((pid) => !noteProcess(pid, found)).length;
  for (const keeper of keepersAmong(pids, found)) {
    const [type, inode] = [keeper.link.split(':', 1)[0] as NamespaceType, parseNamespaceLink(keeper.link)];
    if (inode !== null && NAMESPACE_TYPES.includes(type)) note(found, type, inode).keepers.push(keeper);
  }
  return { namespaces: withRelations(found), hidden };
}

function allPids(): number[] {
  const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return names.map(Number).sort((a, b) => a - b);
}

/** False: it may not be looked at (ptrace(2), PTRACE_MODE_READ_FSCREDS). The kernel says EACCES of one that has just ended too. */
function noteProcess(pid: number, found: Map<number, Found>): boolean {
  for (const type of NAMESPACE_TYPES) {
    const link = linkOf(pid, type);
    if (link === 'EACCES') return (readProcess(pid)?.state ?? 'Z') === 'Z';
    const inode = link === undefined ? null : parseNamespaceLink(link);
    if (inode !== null) note(found, type, inode).pids.push(pid);
  }
  return true;
}

/** The link; undefined where the process, or this kernel, has no such namespace. A zombie has left all but those of pid and user. */
function linkOf(pid: number, type: NamespaceType): string | 'EACCES' | undefined {
  try {
    return readlinkSync(procPath(pid, `ns/${type}`));
  } catch (error) {
    return errorCode(error) === 'EACCES' ? 'EACCES' : undefined;
  }
}

function note(found: Map<number, Found>, type: NamespaceType, inode: number): Found {
  const known = found.get(inode) ?? { type, pids: [], keepers: [] };
  found.set(inode, known);
  return known;
}

/** Mounts are looked for once in each mount namespace, descriptors in each process. */
function keepersAmong(pids: readonly number[], found: ReadonlyMap<number, Found>): Keeper[] {
  const mountNamespaces = [...found.values()].filter(({ type }) => type === 'mnt');
  const first = mountNamespaces.flatMap((one) => one.pids.slice(0, 1));
  return [...first.flatMap(mountedNamespaces), ...pids.flatMap(openNamespaces)];
}

/** Also those above, in which no process is; but none whose processes have all ended meanwhile, and that nothing keeps. */
function withRelations(found: ReadonlyMap<number, Found>): Map<number, Namespace> {
  const known = new Map<number, Relations>();
  for (const [inode, one] of found) noteFirst(inode, one, known);
  const kept = [...found].filter(([inode, { keepers }]) => known.has(inode) || keepers.length > 0);
  const inodes = [...new Set([...kept.map(([inode]) => inode), ...known.keys()])];
  return new Map(inodes.map((inode) => [inode, namespaceOf(inode, found.get(inode), known.get(inode))]));
}

/** By the first of its files that can be opened: a process may have ended. */
function noteFirst(inode: number, { type, pids, keepers }: Found, known: Map<number, Relations>): void {
  const paths = [...pids.map((pid) => procPath(pid, `ns/${type}`)), ...keepers.map(pathOf)];
  for (const path of paths) {
    if (known.has(inode)) return;
    const fd = ifReadable(() => openSync(path, CAREFULLY));
    if (fd === null) continue;
    noteRelations(fd, known);
    closeSync(fd);
  }
}

/** Whoever sees a mount may have put something else in its place meanwhile: a FIFO would wait for a writer. */
const CAREFULLY = O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

function namespaceOf(inode: number, found: Found | undefined, relations: Relations | undefined): Namespace {
  const { type, pids = [], keepers = [] } = found ?? { type: (relations as Relations).type };
  return { type, inode, pids, keepers, relations };
}
