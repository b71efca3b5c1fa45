import { once } from 'node:events';
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { callUntraced } from '../../kernel/call.js';
import { kill } from '../../kernel/calls/index.js';
import { LONGEST_TIMER } from '../../kernel/clock.js';
import { SIGKILL } from '../../kernel/constants.js';
import { Descriptors } from '../../kernel/descriptors.js';
import type { ExitStatus } from '../../kernel/wait.js';
import { renderDuration } from '../../oci/duration.js';
import { startTime } from '../../procfs/processes.js';
import { enter } from '../life/exec.js';
import { isPaused, type ProcessName } from '../state.js';
import { type Container, readOrSkip } from '../store/read.js';
import type { CheckResult } from './health.js';

/** The most bytes of its output that are kept; more is dropped, and `...` says so. */
const MOST_OUTPUT = 4096;

/** How long its output may stay open after its end, in milliseconds: something in the background may have it still. */
const PATIENCE = 100;

/** A check that runs in a container. */
export interface Probe {
  readonly process: ProcessName;
  /** Kills it, with all that it has started in its process group. */
  kill(): void;
  readonly result: Promise<CheckResult>;
}

/**
 * Starts a check in a container, as `exec` starts a program; it is killed after so many milliseconds, or when we die. Blocks until the program
 * begins. Throws as {@link enter} does.
 */
export function startProbe(container: Container, args: readonly string[], timeout: number): Probe {
  const start = new Date().toISOString();
  const fds = new Descriptors();
  try {
    const { read, write } = fds.pipe();
    const program = { ...container.config.process, args, tty: false, interactive: false };
    // One pipe keeps the order of what it prints.
    const { pid, ended } = enter(container, program, { stdio: ['null', write, write], pipes: [write] });
    const output = new Output(new Socket({ fd: fds.keep(read), readable: true, writable: false }));
    const limit = new TimeLimit(pid, timeout, () => isFrozen(container));
    const finish = async (end: ExitStatus) => ({ start, ...(await outcome(limit, end, output)) });
    return {
      process: { pid, startTime: startTime(pid) ?? 0 },
      result: ended.then(finish),
      kill: () => limit.kill(),
    };
  } finally {
    fds.closeAll();
  }
}

function isFrozen({ config: { id } }: Container): boolean {
  const now = readOrSkip(id);
  return now !== undefined && isPaused(now.state);
}

async function outcome(limit: TimeLimit, { status, signal }: ExitStatus, output: Output) {
  limit.end();
  const text = await output.end();
  // Who has killed it may have killed the container with it: whose end we learn later, since its first process waits for all others.
  if (signal === 'SIGKILL' && !limit.isOver) await delay(PATIENCE);
  const end = new Date().toISOString();
  return limit.isOver ? { end, ...late(limit.milliseconds, text) } : { end, exitCode: status, output: text };
}

/** Kills the check of a container's that a killed supervisor left behind, if any of its processes is still there. */
export function killLeft({ pid, startTime: started }: ProcessName): void {
  const now = startTime(pid);
  // Where the process is gone, its number is that of its group, as long as there is one: the kernel gives it to nobody else (free_pid()).
  if (now === null || now === started) killGroup(pid);
}

/** It leads a process group, since it leads a session (setsid(2)). */
function killGroup(pid: number): void {
  callUntraced(kill(-pid, SIGKILL));
}

/** Kills a process group when its time is over. That of a frozen one begins anew. */
class TimeLimit {
  isOver = false;
  readonly #timer: NodeJS.Timeout;
  #hasEnded = false;

  constructor(
    readonly pid: number,
    readonly milliseconds: number,
    isFrozen: () => boolean,
  ) {
    const expire = () => {
      if (isFrozen()) this.#timer.refresh();
      else this.#expire();
    };
    this.#timer = setTimeout(expire, Math.min(milliseconds, LONGEST_TIMER));
  }

  #expire(): void {
    this.isOver = true;
    this.kill();
  }

  /** Once it has been waited for, its pid may mean another process. */
  kill(): void {
    if (!this.#hasEnded) killGroup(this.pid);
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
  }
}

/** In the words of moby, daemon/health.go. */
function late(timeout: number, output: string) {
  const message = `Health check exceeded timeout (${renderDuration(timeout * 1e6)})`;
  return { exitCode: -1, output: output === '' ? message : `${message}: ${output}` };
}

/** The first bytes that come out of a pipe. */
class Output {
  readonly #from: Socket;
  readonly #closed: Promise<unknown>;
  readonly #kept: Buffer[] = [];
  #length = 0;

  constructor(from: Socket) {
    this.#from = from.on('error', () => from.destroy()).on('data', (bytes: Buffer) => this.#take(bytes));
    this.#closed = once(from, 'close').catch(() => {});
  }

  #take(bytes: Buffer): void {
    if (this.#length < MOST_OUTPUT) this.#kept.push(bytes.subarray(0, MOST_OUTPUT - this.#length));
    this.#length += bytes.length;
  }

  /** All of it, when the program has ended. */
  async end(): Promise<string> {
    await Promise.race([this.#closed, delay(PATIENCE, undefined, { ref: false })]);
    this.#from.destroy();
    return `${Buffer.concat(this.#kept)}${this.#length > MOST_OUTPUT ? '...' : ''}`;
  }
}
