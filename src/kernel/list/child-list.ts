import { close, read } from '../calls/index.js';
import { childSetup, DIE_WITH_TSLAB, LIVE_ON, orphanGuard, type Stdio } from '../child-setup.js';
import type { Pipe } from '../descriptors.js';
import { callersOpenFiles } from '../files/open-files.js';
import { housekeeping, type Syscall } from '../syscall.js';
import { SealedList } from './sealed-list.js';

/** What a child is to do. */
export interface ChildCalls {
  /** The list. It ends with `execve`, or with `exit_group` where no program is to run. */
  readonly calls: readonly Syscall[];
  /** Calls that come after the list's, but before its execve, when the child is out of our memory: see sealed-list.ts. */
  readonly inside?: readonly Syscall[];
  /** Once it has come to its program, it goes on when tslab dies. Otherwise it is killed then (PR_SET_PDEATHSIG). */
  readonly outlives?: boolean;
}

/** All that a child does: the calls that it makes in tslab's memory, then those that it makes in memory of its own. */
export interface ChildList {
  readonly calls: readonly Syscall[];
  /** Undefined where no program of the container's is started: the list ends with exit_group, or is an init of ours. */
  readonly sealed: SealedList | undefined;
}

/** Descriptors of the child's: what becomes 0 to 2, the pipe whose end says that it has come to its program, the gate. */
export interface ChildPipes {
  readonly stdio: Stdio;
  readonly done: Pipe;
  readonly gate: Pipe | undefined;
}

const PROGRAM_STARTERS: ReadonlySet<string> = new Set(['execve', 'execveat']);

/** Puts around a process's own calls what makes it an ordinary process, and none of tslab's any more. */
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
 * A list may end with several execve, of which the first that succeeds counts: that is how execvp(3) goes through PATH. Of
 * calls that start no program, the last has to be exit_group.
 */
function split(calls: readonly Syscall[]): [calls: readonly Syscall[], programs: readonly Syscall[]] {
  const programs = calls.slice(calls.findLastIndex(({ name }) => !PROGRAM_STARTERS.has(name)) + 1);
  if (programs.length > 0) return [calls.slice(0, -programs.length), programs];
  if (calls.at(-1)?.name === 'exit_group') return [calls, []];
  throw new RangeError('a list of calls ends with execve or exit_group');
}

/** A program that the list itself has made, as the init of `--init` is. Any other file may be one of the container's. */
function isOurs(programs: readonly Syscall[], calls: readonly Syscall[]): boolean {
  const files = programs.map(({ name, args: [fd] }) => (name === 'execveat' ? fd : undefined));
  if (files.every((file) => file === undefined)) return false;
  const made = files.every((fd) => fd?.kind === 'result' && fd.of.name === 'memfd_create' && calls.includes(fd.of));
  if (!made)
    throw new RangeError('execveat() ends a list only with a program that the list has made by memfd_create()');
  return true;
}

/** PR_SET_PDEATHSIG is lost in the child of a clone(). That tslab lives is seen afterwards by the pipe into which results are told. */
function insideOf({ inside = [], outlives }: ChildCalls): readonly Syscall[] {
  if (inside.length === 0) return [];
  return [...inside, outlives ? LIVE_ON : DIE_WITH_TSLAB];
}

/**
 * A one-byte read from the gate. A dead parent makes it return 0, which is too little, and the child stops there; for that
 * the child closes its own copy of the writing end first.
 */
function waitAtGate(gate: Pipe): Syscall[] {
  const wait = { ...read(gate.read, new Uint8Array(1)), min: 1n };
  return [close(gate.write), wait].map(housekeeping);
}
