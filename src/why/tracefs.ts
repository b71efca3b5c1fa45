/**
 * The kernel's tracepoints, by an instance of ftrace of our own (Documentation/trace/ftrace.rst): its buffer and settings are apart from
 * those of whoever else traces. The filesystem is opened and mounted nowhere (fsopen(2)), so no path of the host leads to it.
 */
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { callUntraced } from '../kernel/call.js';
import { FSCONFIG_CMD_CREATE, fsconfig, fsmount, fsopen } from '../kernel/calls/mount-api.js';
import { errnoName } from '../kernel/errors/errno.js';
import { UserError } from '../kernel/errors/user-error.js';
import { readNamespace } from '../procfs/namespaces.js';
import { forget, ownName, remember } from '../state/ledger/ledger.js';

/** Linux 6.14 has the last of them; without it what was refused is known, but not which capability was missing. */
const CAP_CAPABLE = 'events/capability/cap_capable';
const SYSCALLS = 'events/raw_syscalls';

/** KiB for each CPU: some 50,000 calls between two looks. */
const BUFFER = 4096;
/** The first pid namespace, include/linux/proc_ns.h: the pids of the tracer are those of this one. */
const PROC_PID_INIT_INO = 0xeffffffc;

/** A mount of tracefs that no path leads to. */
class Tracefs implements Disposable {
  readonly #mount: number;

  /** Throws UserError (3) where this kernel, or this process, has none. */
  constructor() {
    const fs = orRefuse(callUntraced(fsopen('tracefs')));
    try {
      orRefuse(callUntraced(fsconfig(fs, FSCONFIG_CMD_CREATE)));
      this.#mount = orRefuse(callUntraced(fsmount(fs)));
    } finally {
      closeSync(fs);
    }
  }

  path(name: string): string {
    return `/proc/self/fd/${this.#mount}/${name}`;
  }

  [Symbol.dispose](): void {
    closeSync(this.#mount);
  }
}

function orRefuse(result: number): number {
  if (result >= 0) return result;
  throw noTracing(
    `tracefs cannot be opened (${errnoName(-result)})`,
    'It takes root, and a kernel with CONFIG_FTRACE.',
  );
}

function noTracing(why: string, remedy: string): UserError {
  return new UserError(`The kernel’s tracepoints cannot be read: ${why}`, 3, remedy);
}

/** So many traces has this process made. */
let made = 0;

/** What the tracer tells of a process and of all that come of it. */
export class Trace implements Disposable {
  readonly #tracefs = new Tracefs();
  readonly #name = `tslab-${ownName()}-${made++}`;
  readonly #pipe: number;
  /** Whether the kernel tells which capability was asked for. */
  readonly tellsCapabilities: boolean;

  /** Throws UserError (3) where nothing can be traced: the reason is in it. */
  constructor() {
    try {
      if (readNamespace(process.pid, 'pid') !== PROC_PID_INIT_INO) {
        const why = 'this process is in a pid namespace, and the tracer knows processes by the pids of the first one';
        throw noTracing(why, 'Run it on the host, or in a container with --pid host.');
      }
      if (!existsSync(this.#tracefs.path(SYSCALLS))) {
        throw noTracing('the kernel has no tracepoints at system calls', 'Take one with CONFIG_FTRACE_SYSCALLS.');
      }
      this.tellsCapabilities = existsSync(this.#tracefs.path(CAP_CAPABLE));
      remember('trace', this.#name);
      mkdirSync(this.#path());
      this.#set('buffer_size_kb', `${BUFFER}`);
      this.#set('options/event-fork', '1');
      this.#pipe = openSync(this.#path('trace_pipe'), constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      this.#remove();
      throw error;
    }
  }

  /** Follows a process, which waits at a gate, and its children from here on. */
  follow(pid: number): void {
    this.#set('set_event_pid', `${pid}`);
    this.#set(`${SYSCALLS}/enable`, '1');
    if (this.tellsCapabilities) this.#set(`${CAP_CAPABLE}/enable`, '1');
  }

  /** The instances that there are beside this one, whoever made them. */
  others(): string[] {
    return readdirSync(this.#tracefs.path('instances')).filter((name) => name !== this.#name);
  }

  /** What there is to read by now: whole lines. */
  read(): string {
    const chunk = Buffer.alloc(65_536);
    let text = '';
    for (;;) {
      const length = readOrNothing(this.#pipe, chunk);
      if (length === 0) return text;
      text += chunk.toString('latin1', 0, length);
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#pipe);
    this.#remove();
  }

  #remove(): void {
    if (existsSync(this.#path())) rmdirSync(this.#path());
    forget('trace', this.#name);
    this.#tracefs[Symbol.dispose]();
  }

  #path(file = ''): string {
    return this.#tracefs.path(`instances/${this.#name}/${file}`);
  }

  #set(file: string, value: string): void {
    writeFileSync(this.#path(file), value);
  }
}

/** A read of trace_pipe without anything to read is EAGAIN. */
function readOrNothing(fd: number, into: Buffer): number {
  try {
    return readSync(fd, into);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}

/** Removes the instance of a process that died: for the sweep. */
export function removeTrace(name: string): void {
  using tracefs = new Tracefs();
  const instance = tracefs.path(`instances/${name}`);
  if (existsSync(instance)) rmdirSync(instance);
}
