import { readSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { callUntraced } from './call.js';
import { kill } from './calls/index.js';
import { now } from './clock.js';
import { SIGKILL } from './constants.js';
import { Descriptors, type Pipe } from './descriptors.js';
import { SyscallError } from './errors/syscall-error.js';
import { type ChildCalls, childList } from './list/child-list.js';
import { hostPids } from './list/host-pids.js';
import { ListRun } from './list/list-run.js';
import { fetchListener, type Listening, waitAndAnswer } from './list/listening.js';
import { onDisk } from './list/on-disk.js';
import { WholeRun } from './list/whole-run.js';
import { publish } from './recorder.js';
import { type OpenStdio, openStdio, type StdioChoice } from './stdio.js';
import type { CallRecord } from './syscall.js';
import { type ExitStatus, exitOf, waitNow } from './wait.js';

/** A process, described: namespaces, a list of calls, three descriptors. */
export interface ProcessSpec extends ChildCalls {
  /** Namespaces to create: CLONE_NEW* flags. */
  readonly namespaces?: number;
  /** stdin, stdout, stderr. Default: /dev/null; ours may be a person's terminal, which is open for reading behind each of them. */
  readonly stdio?: readonly [StdioChoice, StdioChoice, StdioChoice];
  /** Answers for the filter with which the list ends, one that was loaded with SECCOMP_FILTER_FLAG_NEW_LISTENER. */
  readonly listening?: Listening | undefined;
}

/** A process that has reached the end of its list. */
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

/** How long a list may take to reach its execve, in milliseconds. */
const LIST_TIMEOUT = 30_000;
/** The most bytes that a sealed program may report before its execve; 16 a call. */
const MOST_TOLD = 4096;

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
  const listened = spec.listening && fds.pipe();
  const { calls, sealed } = childList(spec, { stdio: stdio.child, done, gate, listened });
  const list = new ListRun(onDisk(calls, fds));
  const pid = list.clone(spec.namespaces ?? 0);
  fds.close(done.write);
  const waiting = gate && spec.entering?.length ? enteredAs(done.read, pid, list) : pid;
  if (gate && waiting !== undefined) openGate(gate, [waiting, pid], { whileItWaits, fds });
  const living = () => [waiting ?? pid, ...hostPids(list.clonedPids())];
  if (listened) listen(spec.listening as Listening, living, listened);
  const told = hearUntilExecve(done.read, pid, spec.listening);
  sealed?.hear(told);
  return finished(new WholeRun(list, sealed), pid, stdio);
}

/** Waits until the child has entered namespaces of others: the pid that is at the gate. Undefined where the list ended before. */
function enteredAs(done: number, pid: number, list: ListRun): number | undefined {
  return readSync(done, Buffer.alloc(1)) === 0 ? undefined : (list.pidAtGate() ?? pid);
}

/** Does the parent's part and lets the child go on; where that part fails, the child reads end of file and ends, as does its parent in the list. */
function openGate(
  gate: Pipe,
  pids: readonly [waiting: number, first: number],
  parent: { whileItWaits: (pid: number) => void; fds: Descriptors },
): void {
  try {
    parent.whileItWaits(pids[0]);
  } catch (error) {
    parent.fds.close(gate.write);
    for (const pid of new Set(pids)) waitNow(pid);
    throw error;
  }
  writeSync(gate.write, 'g');
}

/** Fetches the listener and lets the child go on, to its program. */
function listen(listening: Listening, living: () => readonly number[], listened: Pipe): void {
  const listener = fetchListener(living, now() + LIST_TIMEOUT);
  if (listener === undefined) return;
  listening.begin(listener);
  writeSync(listened.write, 'g');
}

/**
 * Reads what the child reports of its calls. The pipe is close-on-exec: its end of file says that the child has executed its program, or
 * died. A process of the container that keeps it open, or fills it, gets no program (sealed-list.ts).
 */
function hearUntilExecve(done: number, pid: number, listening: Listening | undefined): Buffer {
  const deadline = now() + LIST_TIMEOUT;
  const told = Buffer.alloc(MOST_TOLD);
  let length = 0;
  while (length < MOST_TOLD && waitAndAnswer(done, deadline, listening)) {
    const count = readSync(done, told, length, MOST_TOLD - length, null);
    if (count === 0) return told.subarray(0, length);
    length += count;
  }
  callUntraced(kill(pid, SIGKILL));
  waitNow(pid);
  throw new Error(`process ${pid} did not come to its execve within ${LIST_TIMEOUT / 1000} s and was killed`);
}

function finished(run: WholeRun, pid: number, stdio: OpenStdio): Child {
  publish(() => run.records());
  const failure = run.failure();
  const pids = [pid, ...hostPids(run.clonedPids())];
  const program = failure ? undefined : (pids.pop() as number);
  // Processes that cloned the next one of the list have ended with exit status 0; failed ones with another.
  const statuses = pids.map(waitNow);
  if (failure?.result !== undefined) throw new SyscallError(failure, run.records());
  if (program === undefined) throw new Error(killedAt(failure as CallRecord, statuses.at(-1) as ExitStatus));
  const [stdin, stdout, stderr] = stdio.sockets();
  return { pid: program, stdin, stdout, stderr, trace: () => run.records(), exited: exitOf(program) };
}

function killedAt(record: CallRecord, status: ExitStatus): string {
  const how = status.signal ? `was killed by ${status.signal}` : `ended with status ${status.status}`;
  return `the process ${how} during ${record.text}, before its program could start`;
}
