import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { call, callUntraced } from '../kernel/call.js';
import { clone, close, kill, pidfdOpen, setns } from '../kernel/calls/index.js';
import { CLONE_NEWUSER, SIGKILL } from '../kernel/constants.js';
import { startAsRoot } from '../kernel/credentials/as-root.js';
import { isPrivileged } from '../kernel/credentials/privilege.js';
import { type Child, type ProcessSpec, start } from '../kernel/process.js';
import { housekeeping, type Syscall } from '../kernel/syscall.js';
import type { ExitStatus } from '../kernel/wait.js';
import { ensureRootfs, type Rootfs } from '../rootfs/rootfs.js';
import { stateDirectory } from '../state/directories.js';
import { makeTemporary, removeTemporary, temporaryName } from '../state/temporary.js';
import type { Cause } from './cause.js';
import { Children } from './children.js';
import type { LabEvent, ObservationMade, Taught } from './events.js';
import { held } from './held.js';
import type { Observation } from './observation.js';
import { allOutput, firstLines } from './output.js';
import type { LabRequest } from './request.js';
import type { Tell } from './stream.js';
import { Teller } from './teller.js';
import { ToldCalls } from './told-calls.js';
import { during, syscallMade } from './tracer.js';

/** What a program printed, without the white space around it, and how it ended. */
export interface Finished extends ExitStatus {
  readonly output: string;
}

/**
 * What a lab works with. Every method that acts or states something is awaited: it does it, tells whoever watches, and
 * gives the result when the next event is wanted.
 *
 * What is started or made through it is ended or removed when the lab ends, however it ends.
 */
export class Lab extends Teller {
  /** False: the lab runs in a user namespace. */
  readonly privileged = isPrivileged();
  readonly #request: LabRequest;
  readonly #calls: ToldCalls;
  readonly #undo: (() => void | Promise<void>)[] = [];
  readonly #afterStep: (() => Promise<void>)[] = [];
  readonly #children = new Children();
  readonly #taught = new Map<Syscall, { readonly taught: Taught }>();
  readonly #before = new Map<string, string | null>();
  #rootfs: Rootfs | undefined;
  #directory: string | undefined;

  /** `tell` tells an event to whoever watches, and waits until the next is wanted. */
  constructor(request: LabRequest, tell: Tell<LabEvent>) {
    const calls = new ToldCalls();
    super(calls.heardBy(tell));
    this.#calls = calls;
    this.#request = request;
    request.signal.addEventListener('abort', () => this.#children.kill());
  }

  /** The root filesystem that containers of this lab get; built at the first use. */
  get rootfs(): Rootfs {
    this.#rootfs ??= ensureRootfs(this.#request.rootfs);
    return this.#rootfs;
  }

  /** Where the lab's own directory of the host is, or will be. */
  get directory(): string {
    this.#directory ??= temporaryName(stateDirectory());
    return this.#directory;
  }

  /** Makes it, empty. Its path. */
  makeDirectory(): string {
    this.atEnd(() => removeTemporary(this.directory));
    return makeTemporary(stateDirectory(), this.directory);
  }

  /** Whether `--skip` leaves this step's calls out. */
  skips(step: string): boolean {
    return this.#request.skip.has(step);
  }

  /** The calls of a step, or none where `--skip` leaves them out. */
  unlessSkipped(step: string, calls: readonly Syscall[]): readonly Syscall[] {
    return this.skips(step) ? [] : calls;
  }

  /** The calls of a function of an earlier lab: events say so, and views count them. */
  taughtBy(lab: string, by: string, calls: readonly Syscall[]): readonly Syscall[] {
    for (const call of calls) this.#taught.set(call, { taught: { lab, by } });
    return calls;
  }

  /** Begins a step; the one before is over. True where it is to be done, false where it is skipped on purpose. */
  async step(id: string): Promise<boolean> {
    await this.endStep(id);
    const skipped = this.skips(id);
    await this.tell({ type: 'step', id, title: id, ...(skipped ? { skipped: true as const } : {}) });
    return !skipped;
  }

  /** Tells that this machine cannot do a step, and why; the lab goes on with the next. */
  async cannot(id: string, why: string): Promise<void> {
    await this.endStep(id);
    await this.tell({ type: 'step', id, title: id, impossible: why });
  }

  /** Ends what a step has started and what still runs. What comes now is told of the `next` step. */
  async endStep(next: string): Promise<void> {
    await this.#hold(true);
    for (const undo of this.#afterStep.splice(0)) await undo();
    for (const child of this.#children.alive()) await this.#end(child, housekeeping);
    this.stepId = next;
  }

  /** Makes one call in tslab itself. Its result. */
  async call(one: Syscall): Promise<number> {
    const [made = one] = this.#sabotaged({ calls: [one] }).calls;
    return await this.doing(() => call(made));
  }

  /** Does some work and tells the system calls that it made. */
  async doing<T>(work: () => T | Promise<T>): Promise<T> {
    const { records, outcome } = await during(work);
    for (const record of records) {
      const event = { ...syscallMade(this.stepId, record), ...this.#taught.get(record.call) };
      await this.tell(event);
      this.#calls.add(record.call, event);
    }
    return outcome();
  }

  /** Starts a process. Without root it gets a user namespace too, in which the user is root. */
  async start(spec: ProcessSpec, whileItWaits?: (pid: number) => void): Promise<Child> {
    return await this.doing(() => {
      this.#request.signal.throwIfAborted();
      return this.#children.add(startAsRoot(this.#sabotaged(spec), whileItWaits));
    });
  }

  /** A process that was started at the gate of another one ends with its step, as that one does. */
  readonly keep = (child: Child) => this.#children.add(child);

  /** Runs a program to its end and tells what it printed. `shown` is the command as a person would type it. */
  async run(spec: ProcessSpec, shown: string, whileItWaits?: (pid: number) => void): Promise<Finished> {
    this.#children.ran = { step: this.stepId, spec, whileItWaits };
    return await this.finish(await this.start({ ...spec, stdio: ['null', 'pipe', 'pipe'] }, whileItWaits), shown);
  }

  /**
   * Starts a process in namespaces of one that runs: setns(2) through a pidfd, then clone(2), since a pid namespace takes
   * in only later children. Without root the user namespace has to be entered too.
   */
  async enter(target: Child, namespaces: number, calls: readonly Syscall[]): Promise<Child> {
    return await this.visit(target, (pidfd, own) => [setns(pidfd, namespaces | own), clone(0), ...calls]);
  }

  /**
   * Starts a process beside a running one; `list` makes its calls of a pidfd of the target, and of the flag that setns(2)
   * needs too where the target lives in a user namespace (CLONE_NEWUSER, else 0).
   */
  async visit(target: Pick<Child, 'pid'>, list: (pidfd: number, own: number) => readonly Syscall[]): Promise<Child> {
    const pidfd = await this.call(pidfdOpen(target.pid));
    const calls = list(pidfd, this.privileged ? 0 : CLONE_NEWUSER);
    const spec = this.#sabotaged({ calls, stdio: ['null', 'pipe', 'pipe'] });
    try {
      return await this.doing(() => this.#children.add(start(spec)));
    } finally {
      callUntraced(close(pidfd));
    }
  }

  /** Waits for the first lines that a process prints and tells them; it goes on running. */
  async hear(child: Child, shown: string, lines = 1): Promise<string> {
    const heard = await firstLines(child.stdout as Readable, lines);
    await this.output('stdout', heard, shown);
    return heard.trim();
  }

  /** Waits for a process whose output goes to pipes, and tells what it printed. */
  async finish(child: Child, shown: string): Promise<Finished> {
    const { stdout, stderr } = await allOutput(child);
    if (stdout) await this.output('stdout', stdout, shown);
    if (stderr) await this.output('stderr', stderr, shown);
    return { ...(await child.exited), output: stdout.trim() };
  }

  /** Kills a process of ours and waits until it is gone. What nobody kills ends with its step. */
  async kill(child: Child): Promise<ExitStatus> {
    await this.#hold();
    return await this.#end(child);
  }

  /**
   * Tells what something said before, during or after, and which calls of this step made the difference: those that were made,
   * and none where nothing changed.
   */
  async observe(when: ObservationMade['when'], observation: Observation, cause?: Cause): Promise<string | null> {
    const key = `${observation.from} ${observation.path}`;
    const unchanged = when === 'after' && this.#before.get(key) === observation.value;
    if (when === 'before') this.#before.set(key, observation.value);
    const because = unchanged ? {} : this.#calls.because(cause);
    await this.tell({ type: 'observe', step: this.stepId, when, ...observation, ...because });
    return observation.value;
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

  /** Does this when the step is over, before its processes end; not where the lab ends early. */
  afterStep(undo: () => Promise<void>): void {
    this.#afterStep.push(undo);
  }

  /** Does this when the lab ends, however it ends; the last that was asked for comes first. */
  atEnd(undo: () => void | Promise<void>): void {
    this.#undo.push(undo);
  }

  /** Ends what still runs and removes what was made. Called once, by the runner. */
  async end(): Promise<void> {
    await this.#children.end();
    for (const undo of this.#undo.splice(0).reverse()) await undo();
  }

  /** Tells whoever asked for it which processes live, before some of them end. */
  async #hold(over?: true): Promise<void> {
    if (this.#request.hold?.has(this.stepId)) await this.tell(held(this.stepId, this.#children, over));
  }

  /** It may have ended by itself, or by somebody who was let look at it: then its pid may be another's. */
  async #end(child: Child, mark = (call: Syscall) => call): Promise<ExitStatus> {
    if (this.#children.has(child)) await this.call(mark(kill(child.pid, SIGKILL)));
    child.stdin?.destroy();
    return await child.exited;
  }

  readonly #sabotaged = (spec: ProcessSpec) => this.#request.sabotage?.(this.stepId, spec) ?? spec;
}
