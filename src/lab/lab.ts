import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { startAsRoot } from '../kernel/as-root.js';
import { clone, close, kill, pidfdOpen, setns } from '../kernel/calls.js';
import { CLONE_NEWUSER, SIGKILL } from '../kernel/constants.js';
import { call } from '../kernel/door.js';
import { keepProgramsIn } from '../kernel/executable.js';
import { isPrivileged } from '../kernel/privilege.js';
import { type Child, type ProcessSpec, start } from '../kernel/process.js';
import { raw } from '../kernel/raw.js';
import type { ExitStatus } from '../kernel/reaper.js';
import type { Syscall } from '../kernel/syscall.js';
import { ensureRootfs, type Rootfs } from '../rootfs/rootfs.js';
import { stateDirectory } from '../state/directories.js';
import type { LabRequest, Telling } from './definition.js';
import type { Sight } from './sight.js';
import { allText, firstLines } from './streams.js';
import { syscallMade, Tracer } from './tracer.js';

keepProgramsIn(stateDirectory);

/** What a program printed, and how it ended. */
export interface Finished extends ExitStatus {
  readonly output: string;
}

/**
 * What a lab works with. Every method that acts or states something is used with `yield*`: it does it, tells whoever
 * watches, and gives the result.
 *
 * What is started or made through it is ended or removed when the lab ends, however it ends.
 */
export class Lab {
  /** False: the lab runs in a user namespace. */
  readonly privileged = isPrivileged();
  readonly #request: LabRequest;
  readonly #tracer = new Tracer();
  readonly #undo: (() => void | Promise<void>)[] = [];
  readonly #running = new Set<Child>();
  readonly #before = new Map<string, string | null>();
  #step = '';
  #rootfs: Rootfs | undefined;

  constructor(request: LabRequest) {
    this.#request = request;
    request.signal.addEventListener('abort', () => this.#killChildren());
  }

  /** The root filesystem that containers of this lab get; built at the first use. */
  get rootfs(): Rootfs {
    this.#rootfs ??= ensureRootfs(this.#request.rootfs);
    return this.#rootfs;
  }

  /** Whether `--skip` leaves this step's calls out. */
  skips(step: string): boolean {
    return this.#request.skip.has(step);
  }

  /** The calls of a step, or none where `--skip` leaves them out. */
  unlessSkipped(step: string, calls: readonly Syscall[]): readonly Syscall[] {
    return this.skips(step) ? [] : calls;
  }

  /** Begins a step. True where it is to be done, false where it is skipped on purpose. */
  async *step(id: string): Telling<boolean> {
    this.#step = id;
    this.#tracer.beginStep();
    const skipped = this.skips(id);
    yield { type: 'step', id, title: id, ...(skipped ? { skipped: true as const } : {}) };
    return !skipped;
  }

  /** Tells that this machine cannot do a step, and why; the lab goes on with the next. */
  async *cannot(id: string, why: string): Telling {
    this.#step = id;
    yield { type: 'step', id, title: id, impossible: why };
  }

  /** Makes one call in tslab itself. Its result. */
  async *call(one: Syscall): Telling<number> {
    const [made = one] = this.#sabotaged({ calls: [one] }).calls;
    return yield* this.doing(() => call(made));
  }

  /** Does some work and tells the system calls that it made. */
  async *doing<T>(work: () => T | Promise<T>): Telling<T> {
    const { records, outcome } = await this.#tracer.during(work);
    yield* records.map((record) => syscallMade(this.#step, record));
    return outcome();
  }

  /** Starts a process. Without root it gets a user namespace too, in which the user is root. */
  async *start(spec: ProcessSpec, whileItWaits?: (pid: number) => void): Telling<Child> {
    return yield* this.doing(() => this.#own(this.#start(spec, whileItWaits)));
  }

  /** Runs a program to its end and tells what it printed. `shown` is the command as a person would type it. */
  async *run(spec: ProcessSpec, shown: string, whileItWaits?: (pid: number) => void): Telling<Finished> {
    const child = yield* this.start({ ...spec, stdio: ['null', 'pipe', 'pipe'] }, whileItWaits);
    return yield* this.finish(child, shown);
  }

  /**
   * Starts a process in namespaces of one that runs: setns(2) through a pidfd, then clone(2), since a pid namespace takes
   * in only later children. Without root the user namespace has to be entered too.
   */
  async *enter(target: Child, namespaces: number, calls: readonly Syscall[]): Telling<Child> {
    return yield* this.visit(target, (pidfd, own) => [setns(pidfd, namespaces | own), clone(0), ...calls]);
  }

  /**
   * Starts a process beside a running one; `list` makes its calls of a pidfd of the target, and of the flag that setns(2)
   * needs too where the target lives in a user namespace (CLONE_NEWUSER, else 0).
   */
  async *visit(target: Child, list: (pidfd: number, own: number) => readonly Syscall[]): Telling<Child> {
    const pidfd = yield* this.call(pidfdOpen(target.pid));
    const calls = list(pidfd, this.privileged ? 0 : CLONE_NEWUSER);
    const spec = this.#sabotaged({ calls, stdio: ['null', 'pipe', 'pipe'] });
    try {
      return this.#own(yield* this.doing(() => start(spec)));
    } finally {
      raw(close(pidfd));
    }
  }

  /** Waits for the first lines that a process prints and tells them; it goes on running. */
  async *hear(child: Child, shown: string, lines = 1): Telling<string> {
    const heard = await firstLines(child.stdout as Readable, lines);
    yield { type: 'output', step: this.#step, stream: 'stdout', text: heard, command: shown };
    return heard;
  }

  /** Waits for a process whose output goes to pipes, and tells what it printed. */
  async *finish(child: Child, shown: string): Telling<Finished> {
    const [stdout, stderr] = await Promise.all([allText(child.stdout), allText(child.stderr)]);
    for (const [stream, text] of [
      ['stdout', stdout],
      ['stderr', stderr],
    ] as const) {
      if (text) yield { type: 'output', step: this.#step, stream, text, command: shown };
    }
    return { ...(await child.exited), output: stdout };
  }

  /** Kills a process of ours and waits until it is gone. */
  async *kill(child: Child, signal = SIGKILL): Telling<ExitStatus> {
    yield* this.call(kill(child.pid, signal));
    child.stdin?.destroy();
    return await child.exited;
  }

  /**
   * Tells what something said before, during or after. `changedBy` names the system call that made the difference;
   * it is told as it was really made, and left out where it was not made (`--skip`) or nothing changed.
   */
  async *observe(when: 'before' | 'during' | 'after', sight: Sight, changedBy?: string): Telling<string | null> {
    const key = `${sight.from} ${sight.path}`;
    const unchanged = when === 'after' && this.#before.get(key) === sight.value;
    if (when === 'before') this.#before.set(key, sight.value);
    const by = changedBy && !unchanged && this.#tracer.lastCallOf(changedBy, sight.path);
    yield { type: 'observe', step: this.#step, when, ...sight, ...(by ? { changedBy: by } : {}) };
    return sight.value;
  }

  /** Tells a figure, and the samples behind it (`interval` seconds apart). */
  async *measure(name: string, value: number, unit: string, samples?: { series: number[]; interval: number }): Telling {
    yield { type: 'measure', step: this.#step, name, value, unit, ...samples };
  }

  /** States a claim about the kernel and whether it holds: what was expected and what was found are the same text. Null or empty: nothing was found. */
  async *check(name: string, expected: string | number, actual: string | number | null): Telling {
    const [e, a] = [String(expected), String(actual ?? '') || 'not there'];
    yield { type: 'check', step: this.#step, name, expected: e, actual: a, held: e === a };
  }

  /** States a claim that is more than equality. */
  async *checkThat(name: string, held: boolean, told: { expected: string; actual: string }): Telling {
    yield { type: 'check', step: this.#step, name, ...told, held };
  }

  /** Waits. Ends early when the lab is interrupted. */
  async sleep(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#request.signal }).catch(() => undefined);
  }

  /** Looks every 10 ms until something holds. False where it does not within so many milliseconds, or the lab is interrupted. */
  async until(holds: () => boolean, milliseconds: number): Promise<boolean> {
    const deadline = performance.now() + milliseconds;
    while (!holds()) {
      if (this.#request.signal.aborted || performance.now() > deadline) return false;
      await this.sleep(10);
    }
    return true;
  }

  /** Does this when the lab ends, however it ends; the last that was asked for comes first. */
  atEnd(undo: () => void | Promise<void>): void {
    this.#undo.push(undo);
  }

  /** Ends what still runs and removes what was made. Called once, by the runner. */
  async end(): Promise<void> {
    const running = [...this.#running];
    this.#killChildren();
    await Promise.all(running.map((child) => child.exited));
    for (const undo of this.#undo.splice(0).reverse()) await undo();
  }

  #start(wanted: ProcessSpec, whileItWaits?: (pid: number) => void): Child {
    this.#request.signal.throwIfAborted();
    return startAsRoot(this.#sabotaged(wanted), whileItWaits);
  }

  #sabotaged(spec: ProcessSpec): ProcessSpec {
    return this.#request.sabotage?.(this.#step, spec) ?? spec;
  }

  #own(child: Child): Child {
    this.#running.add(child);
    child.exited.then(() => this.#running.delete(child));
    return child;
  }

  #killChildren(): void {
    for (const child of this.#running) {
      raw(kill(child.pid, SIGKILL));
      child.stdin?.destroy();
    }
  }
}
