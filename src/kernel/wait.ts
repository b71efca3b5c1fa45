import { buffer, descriptor, named, syscall } from './arguments.js';
import { callUntraced } from './call.js';
import { wait4, waitid } from './calls/index.js';
import { WEXITED, WNOHANG, WNOWAIT } from './constants.js';
import { errnoName } from './errors/errno.js';
import { signalName } from './signal-names.js';

/** How a process ended. */
export interface ExitStatus {
  /** Exit status, or undefined where a signal ended it. */
  readonly code: number | undefined;
  /** `SIGKILL`, or undefined where it exited by itself. */
  readonly signal: string | undefined;
  /** As a shell has it in `$?`: the exit status, or 128 plus the number of the signal. */
  readonly status: number;
}

/** A child that is waited for, and how to find out whether it has ended. */
interface Awaited {
  readonly look: () => ExitStatus | undefined;
  readonly resolve: (status: ExitStatus) => void;
}

const waiting = new Map<number, Awaited>();
let timer: NodeJS.Timeout | undefined;

/** Resolves when our child `pid` has ended. libuv waits only for children of its own, so the two do not meet. */
export function exitOf(pid: number): Promise<ExitStatus> {
  return new Promise((resolve) => {
    waiting.set(pid, { look: lookAt(pid, WNOHANG), resolve });
    watch();
  });
}

/** Stops waiting for our child `pid`: this process may end before it does. */
export function waitNoMore(pid: number): void {
  waiting.delete(pid);
  stopIfIdle();
}

/** Whether this child is waited for already. */
export function isAwaited(pid: number): boolean {
  return waiting.has(pid);
}

/** Blocks until our child `pid` has ended: for children that are about to end. */
export function waitNow(pid: number): ExitStatus {
  const status = lookAt(pid, 0)();
  if (!status) throw new Error(`${pid} is not a child of this process`);
  return status;
}

/** SIGCHLD says when to look. The timer keeps the event loop alive, which a signal listener does not. */
function watch(): void {
  if (timer) return;
  if (!process.listeners('SIGCHLD').includes(reap)) process.on('SIGCHLD', reap);
  timer = setInterval(reap, 100);
  setImmediate(reap);
}

function reap(): void {
  for (let pid = someEnded(); pid !== 0; pid = someEnded()) {
    if (settle(pid)) continue;
    // A child of libuv's. The kernel names one child at a time, so others may have ended too.
    for (const each of waiting.keys()) settle(each);
    break;
  }
  stopIfIdle();
}

function stopIfIdle(): void {
  if (waiting.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

/** The pid of a child that has ended, and stays a zombie (WNOWAIT); 0 where there is none. One call for any number of children. */
function someEnded(): number {
  callUntraced(LOOK_AT_ANY);
  return siginfo[SI_PID] as number;
}

/** Offset of the pid in siginfo_t, in words of four bytes. Linux sets it to 0 where no child has ended. */
const SI_PID = 4;
const siginfo = new Int32Array(32);
const LOOK_AT_ANY = waitid(new Uint8Array(siginfo.buffer), WEXITED | WNOHANG | WNOWAIT);

/** Resolves the wait for a child that has ended. Returns false where it is not waited for, or still runs. */
function settle(pid: number): boolean {
  const awaited = waiting.get(pid);
  const status = awaited?.look();
  if (!awaited || !status) return false;
  waiting.delete(pid);
  awaited.resolve(status);
  return true;
}

/** wait4(2), untraced: polling would fill the trace. */
function lookAt(pid: number, options: number): () => ExitStatus | undefined {
  const status = new Int32Array(1);
  const wait = wait4(pid, new Uint8Array(status.buffer), options);
  return () => {
    const result = callUntraced(wait);
    if (result < 0) throw new Error(`wait4(${pid}) failed: ${errnoName(-result)}: somebody else waited for our child`);
    return result === 0 ? undefined : decodeWaitStatus(status[0] as number);
  };
}

/** Takes a wait status apart (wait(2): WIFEXITED, WEXITSTATUS, WTERMSIG). */
export function decodeWaitStatus(value: number): ExitStatus {
  const signal = value & 0x7f;
  if (signal !== 0) return { code: undefined, signal: signalName(signal), status: 128 + signal };
  const code = (value >> 8) & 0xff;
  return { code, signal: undefined, status: code };
}

/** _IOWR(0xFF, 11, struct pidfd_info), with the struct of 64 bytes that Linux 6.13 had. Source: include/uapi/linux/pidfd.h. */
const PIDFD_GET_INFO = 0xc040ff0b;
const PIDFD_INFO_EXIT = 8n;
const SIZE = 64;
const EXIT_CODE_OFFSET = 60;

/**
 * How a process ended whose parent has waited for it already, by a pidfd that was opened before. Undefined where the
 * kernel does not tell (before Linux 6.15), or it has not ended.
 */
export function exitStatusOfPidfd(pidfd: number): ExitStatus | undefined {
  const info = new Uint8Array(SIZE);
  const view = new DataView(info.buffer);
  view.setBigUint64(0, PIDFD_INFO_EXIT, true);
  const request = named('PIDFD_GET_INFO', PIDFD_GET_INFO);
  if (callUntraced(syscall('ioctl', descriptor(pidfd), request, buffer(info))) < 0) return undefined;
  const told = (view.getBigUint64(0, true) & PIDFD_INFO_EXIT) !== 0n;
  return told ? decodeWaitStatus(view.getInt32(EXIT_CODE_OFFSET, true)) : undefined;
}
