import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { close, kill, read } from './calls.js';
import { SIGKILL } from './constants.js';
import { Descriptors, type Pipe } from './descriptors.js';
import { hostPids } from './host-pids.js';
import { libc } from './libc.js';
import { ListRun } from './list-run.js';
import { orphanGuard } from './orphan-guard.js';
import { raw } from './raw.js';
import { type ExitStatus, exitOf, waitNow } from './reaper.js';
import { publish } from './recorder.js';
import { type OpenStdio, openStdio, type StdioChoice } from './stdio.js';
import type { CallRecord, Syscall } from './syscall.js';
import { SyscallError } from './syscall-error.js';
import { DIE_WITH_TSLAB, LIVE_ON, type Stdio, tidy } from './tidy.js';

/** A process, described: namespaces, a list of calls, three descriptors. */
export interface ProcessSpec {
  /** Namespaces to create: CLONE_NEW* flags. */
  readonly namespaces?: number;
  /** The list. It ends with `execve`, or with `exit_group` where no program is to run. */
  readonly calls: readonly Syscall[];
  /** stdin, stdout, stderr. Default: /dev/null; ours may be a person's terminal, which is open for reading behind each of them. */
  readonly stdio?: readonly [StdioChoice, StdioChoice, StdioChoice];
  /** Once it has come to its program, it goes on when tslab dies. Otherwise it is killed then (PR_SET_PDEATHSIG). */
  readonly outlives?: boolean;
}

/** A process that has come to the end of its list. */
export interface Child {
  /** Its pid as this process sees it. */
  readonly pid: number;
  /** The calls that it made, with their results. */
  trace(): readonly CallRecord[];
  /** Our ends of the pipes that were asked for. */
  readonly stdin: Socket | undefined;
  readonly stdout: Socket | undefined;
  readonly stderr: Socket | undefined;
  readonly exited: Promise<ExitStatus>;
}

const PROGRAM_STARTERS: ReadonlySet<string> = new Set(['execve', 'execveat']);

/** How long a list may take to come to its execve, in milliseconds. */
const LIST_TIMEOUT = 30_000;

/**
 * Starts a process that makes a list of system calls; the last is usually `execve`.
 *
 * `whileItWaits` runs while the child waits at a gate before the first call: for what only the parent can do (uid_map,
 * cgroup, a veth end). Throws {@link SyscallError} with the call that failed; the child is gone by then.
 */
export function start(spec: ProcessSpec, whileItWaits?: (pid: number) => void): Child {
  const fds = new Descriptors();
  try {
    return launch(spec, fds, whileItWaits);
  } finally {
    fds.closeAll();
  }
}

function launch(spec: ProcessSpec, fds: Descriptors, whileItWaits?: (pid: number) => void): Child {
  const stdio = openStdio(spec.stdio ?? ['null', 'null', 'null'], fds);
  const gate = whileItWaits && fds.pipe();
  const done = fds.pipe();
  const [first, last] = orphanGuard(done);
  const list = new ListRun([
    first,
    DIE_WITH_TSLAB,
    ...(gate ? waitAtGate(gate) : []),
    ...tidied(spec, stdio.child, last),
  ]);
  const pid = list.clone(spec.namespaces ?? 0);
  if (gate) openGate(gate, pid, { whileItWaits, fds });
  fds.close(done.write);
  waitForExecve(done.read, pid);
  return finished(list, pid, stdio);
}

/**
 * Makes the calls that turn the child into an ordinary process right before the program starts. A list may end with several
 * execve, of which the first that succeeds counts: that is how execvp(3) goes through PATH.
 */
function tidied(spec: ProcessSpec, stdio: Stdio, guard: Syscall): Syscall[] {
  const programs = spec.calls.length - 1 - spec.calls.findLastIndex(({ name }) => !PROGRAM_STARTERS.has(name));
  const fate = spec.outlives ? LIVE_ON : DIE_WITH_TSLAB;
  const tidying = [fate, ...tidy(stdio), guard];
  if (programs > 0) return [...spec.calls.slice(0, -programs), ...tidying, ...spec.calls.slice(-programs)];
  if (spec.calls.at(-1)?.name === 'exit_group') return [...spec.calls];
  throw new RangeError('a list of calls ends with execve or exit_group');
}

/**
 * A one-byte read from the gate. A dead parent makes it return 0, which is too little, and the child stops there; for that
 * the child closes its own copy of the writing end first.
 */
function waitAtGate(gate: Pipe): Syscall[] {
  const wait = { ...read(gate.read, new Uint8Array(1)), min: 1n };
  return [close(gate.write), wait].map((call) => ({ ...call, housekeeping: true }));
}

/** Does the parent's part and lets the child go on; where that part fails, the child reads end of file and ends. */
function openGate(gate: Pipe, pid: number, parent: { whileItWaits: (pid: number) => void; fds: Descriptors }): void {
  try {
    parent.whileItWaits(pid);
  } catch (error) {
    parent.fds.close(gate.write);
    waitNow(pid);
    throw error;
  }
  writeSync(gate.write, 'g');
}

/** The pipe is close-on-exec: its end of file says that the child has executed its program, or died. */
function waitForExecve(done: number, pid: number): void {
  if (libc().waitForInput(done, LIST_TIMEOUT)) return;
  raw(kill(pid, SIGKILL));
  waitNow(pid);
  throw new Error(`process ${pid} did not come to its execve within ${LIST_TIMEOUT / 1000} s and was killed`);
}

function finished(list: ListRun, pid: number, stdio: OpenStdio): Child {
  list.copyOut();
  publish(() => list.records());
  const failure = list.failure();
  const pids = [pid, ...hostPids(list.clonedPids())];
  const program = failure ? undefined : (pids.pop() as number);
  // Processes that cloned the next one of the list have left it with exit status 0; failed ones left with another.
  const statuses = pids.map(waitNow);
  if (failure?.result !== undefined) throw new SyscallError(failure, list.records());
  if (program === undefined) throw new Error(killedAt(failure as CallRecord, statuses.at(-1) as ExitStatus));
  const [stdin, stdout, stderr] = stdio.sockets();
  return { pid: program, stdin, stdout, stderr, trace: () => list.records(), exited: exitOf(program) };
}

function killedAt(record: CallRecord, status: ExitStatus): string {
  const how = status.signal ? `was killed by ${status.signal}` : `ended with status ${status.status}`;
  return `the process ${how} during ${record.text}, before its program could start`;
}
