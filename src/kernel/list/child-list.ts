import { close, read } from '../calls/index.js';
import { childSetup, DIE_WITH_TSLAB, LIVE_ON, orphanGuard, type Stdio } from '../child-setup.js';
import type { Pipe } from '../descriptors.js';
import { callersOpenFiles } from '../files/open-files.js';
import { housekeeping, type Syscall } from '../syscall.js';
import { SealedList } from './sealed-list.js';

/** The calls of a child. */
export interface ChildCalls {
  /** The list. It ends with `execve`, or with `exit_group` where no program is to run. */
  readonly calls: readonly Syscall[];
  /** Calls after the list's and before its execve, when the child no longer shares our memory: see sealed-list.ts. */
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
}

const PROGRAM_STARTERS: ReadonlySet<string> = new Set(['execve', 'execveat']);

/** Adds the calls that make the child an ordinary process, independent of tslab. */
export function childList(spec: ChildCalls, { stdio, done, gate }: ChildPipes): ChildList {
  const [first, last] = orphanGuard(done);
  const begin = [first, DIE_WITH_TSLAB, ...(gate ? waitAtGate(gate) : [])];
  const end = [spec.outlives ? LIVE_ON : DIE_WITH_TSLAB, ...childSetup(stdio), last];
  const [calls, programs] = split(spec.calls);
  if (programs.length === 0) return { calls: [...begin, ...spec.calls], sealed: undefined };
  if (isOurs(programs, calls))
    return { calls: [...begin, ...calls, ...end, ...callersOpenFiles(), ...programs], sealed: undefined };
  const sealed = new SealedList([...insideOf(spec), ...callersOpenFiles(), ...programs], done.write);
  return { calls: [...begin, ...calls, ...end, ...sealed.execute()], sealed };
}

/**
 * A list may end with several execve, of which the first that succeeds counts: so execvp(3) tries the directories of PATH. Of
 * calls that start no program, the last has to be exit_group.
 */
function split(calls: readonly Syscall[]): [calls: readonly Syscall[], programs: readonly Syscall[]] {
  const programs = calls.slice(calls.findLastIndex(({ name }) => !PROGRAM_STARTERS.has(name)) + 1);
  if (programs.length > 0) return [calls.slice(0, -programs.length), programs];
  if (calls.at(-1)?.name === 'exit_group') return [calls, []];
  throw new RangeError('a list of calls ends with execve or exit_group');
}

/** Whether the list makes its program itself, as with `--init`. Any other file may be one of the container's. */
function isOurs(programs: readonly Syscall[], calls: readonly Syscall[]): boolean {
  const files = programs.map(({ name, args: [fd] }) => (name === 'execveat' ? fd : undefined));
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
 * Reads one byte from the gate. Where the parent is dead the read returns 0, which is below `min`, and the child stops; for that
 * the child closes its own copy of the writing end first.
 */
function waitAtGate(gate: Pipe): Syscall[] {
  const wait = { ...read(gate.read, new Uint8Array(1)), min: 1n };
  return [close(gate.write), wait].map(housekeeping);
}
