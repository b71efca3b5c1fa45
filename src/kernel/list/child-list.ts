import { close, read, write } from '../calls/index.js';
import { childSetup, DIE_WITH_TSLAB, LIVE_ON, orphanGuard, type Stdio } from '../child-setup.js';
import type { Pipe } from '../descriptors.js';
import { callersOpenFiles } from '../files/open-files.js';
import { housekeeping, mayFail, SECOND_FREE, type Syscall } from '../syscall.js';
import { SealedList } from './sealed-list.js';

/** The calls of a child. */
export interface ChildCalls {
  /**
   * Calls before it waits at the gate: it enters namespaces of others. Where they end with cloneBeforeGate(), it is the child of that which
   * waits, and goes on.
   */
  readonly entering?: readonly Syscall[] | undefined;
  /** The list. It ends with `execve`, or with `exit_group` where no program is to run. */
  readonly calls: readonly Syscall[];
  /**
   * Calls after the list's and before its execve, when the child no longer shares our memory (sealed-list.ts); it does where the list makes its
   * program itself. Its descriptors 0 to 2 are the program's.
   */
  readonly inside?: readonly Syscall[];
  /** Its program goes on when tslab dies. Otherwise it is killed then (PR_SET_PDEATHSIG). */
  readonly outlives?: boolean;
}

/** All calls of a child: those in tslab's memory, then those in memory of its own. */
export interface ChildList {
  readonly calls: readonly Syscall[];
  /** Undefined where no program of the container's is started: the list ends with exit_group, or is an init of ours. */
  readonly sealed: SealedList | undefined;
}

/** The child's descriptors: what becomes 0 to 2, the pipe whose end of file says that its program has started, the gate. */
export interface ChildPipes {
  readonly stdio: Stdio;
  readonly done: Pipe;
  readonly gate: Pipe | undefined;
  /** A gate before its programs, for a filter whose listener is to be fetched. */
  readonly listened?: Pipe | undefined;
}

/** What a list may end with. A filter right before the programs stays there: behind it nothing is called that it would have to allow. */
const PROGRAM_STARTERS: ReadonlySet<string> = new Set(['seccomp', 'execve', 'execveat']);

/** Adds the calls that make the child an ordinary process, independent of tslab. */
export function childList(spec: ChildCalls, { stdio, done, gate, listened }: ChildPipes): ChildList {
  const [first, last] = orphanGuard(done);
  const begin = [first, ...beginning(spec, done, gate), ...(gate ? [waitAtGate(gate)] : [])];
  const end = [spec.outlives ? LIVE_ON : DIE_WITH_TSLAB, ...childSetup(stdio), last];
  const [calls, starters] = split(spec.calls);
  const programs = listened ? waitingBehindFilter(starters, listened) : starters;
  if (programs.length === 0) return { calls: [...begin, ...spec.calls], sealed: undefined };
  if (done.write <= SECOND_FREE) throw new RangeError(`descriptor ${done.write} is free: this is no process of node`);
  const rest = [...callersOpenFiles(), ...insideOf(spec), ...programs];
  if (isOurs(programs, calls)) return { calls: [...begin, ...calls, ...end, ...rest], sealed: undefined };
  const sealed = new SealedList(rest, [done.write, ...(listened ? [listened.read] : [])]);
  return { calls: [...begin, ...calls, ...end, ...sealed.execute()], sealed };
}

/**
 * A list may end with several execve, of which the first that succeeds counts: so execvp(3) tries the directories of PATH. Of
 * calls that start no program, the last has to be exit_group.
 */
function split(calls: readonly Syscall[]): [calls: readonly Syscall[], programs: readonly Syscall[]] {
  const programs = calls.slice(calls.findLastIndex(({ name }) => !PROGRAM_STARTERS.has(name)) + 1);
  if (calls.at(-1)?.name === 'exit_group') return [calls, []];
  if (programs.length > 0 && programs.at(-1)?.name !== 'seccomp') return [calls.slice(0, -programs.length), programs];
  throw new RangeError('a list of calls ends with execve or exit_group');
}

/** The filter may refuse read(2): that asks then, and has waited for the listener as well. */
function waitingBehindFilter(starters: readonly Syscall[], { read: fd }: Pipe): Syscall[] {
  const filter = starters.findIndex(({ name }) => name === 'seccomp');
  const wait = housekeeping(mayFail(read(fd, new Uint8Array(1))));
  return [...starters.slice(0, filter + 1), wait, ...starters.slice(filter + 1)];
}

/** Whether the list makes its program itself, as with `--init`. Any other file may be one of the container's. */
function isOurs(programs: readonly Syscall[], calls: readonly Syscall[]): boolean {
  const starters = programs.filter(({ name }) => name !== 'seccomp' && name !== 'read');
  const files = starters.map(({ name, args: [fd] }) => (name === 'execveat' ? fd : undefined));
  if (files.every((file) => file === undefined)) return false;
  const made = files.every((fd) => fd?.kind === 'result' && fd.of.name === 'memfd_create' && calls.includes(fd.of));
  if (!made)
    throw new RangeError('execveat() ends a list only with a program that the list has made by memfd_create()');
  return true;
}

/** The child of a clone() does not inherit PR_SET_PDEATHSIG. That tslab lives is known afterwards by the pipe that results are written into. */
function insideOf({ inside = [], outlives }: ChildCalls): readonly Syscall[] {
  if (inside.length === 0) return [];
  return [...inside, outlives ? LIVE_ON : DIE_WITH_TSLAB];
}

/**
 * Up to the gate. A child that is born on the way has no copy of the gate's writing end, which its parent would keep open; and since
 * PR_SET_PDEATHSIG is not inherited by it, that comes last. A byte says that it is at the gate: the list may have ended before.
 */
function beginning({ entering = [] }: ChildCalls, done: Pipe, gate: Pipe | undefined): Syscall[] {
  const isThere = gate && entering.length > 0 ? [housekeeping(write(done.write, 'g'))] : [];
  return [...(gate ? [housekeeping(close(gate.write))] : []), ...entering, DIE_WITH_TSLAB, ...isThere];
}

/** Reads one byte from the gate. Where the parent is dead the read returns 0, which is below `min`, and the child stops. */
function waitAtGate(gate: Pipe): Syscall {
  return housekeeping({ ...read(gate.read, new Uint8Array(1)), min: 1n });
}
