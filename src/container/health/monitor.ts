import { LONGEST_TIMER } from '../../kernel/clock.js';
import { type ContainerState, isDead } from '../state.js';
import { type Container, lockContainer, readOrSkip } from '../store/store.js';
import { tellOf } from '../store/tell.js';
import { type CheckResult, type CheckTimes, checked, checkOf, timesOf, untilNextCheck } from './health.js';
import { type KeptHealth, mayBeChecked, readHealth, writeHealth } from './health-file.js';
import { killLeft, type Probe, startProbe } from './probe.js';

/** Checks the health of running containers, as long as this process lives. */
export class HealthMonitors implements Disposable {
  readonly #monitors = new Map<string, Monitor>();

  /** Begins with a container that has been started, or goes on where a killed supervisor left off; unless nothing checks it. */
  add({ config: { id, healthcheck } }: Container): void {
    const args = healthcheck && checkOf(healthcheck);
    const started = args && readOrSkip(id);
    if (started) this.#monitors.set(id, new Monitor(started, args, timesOf(healthcheck)));
  }

  remove(id: string): void {
    this.#monitors.get(id)?.end();
    this.#monitors.delete(id);
  }

  [Symbol.dispose](): void {
    for (const monitor of this.#monitors.values()) monitor.end();
    this.#monitors.clear();
  }
}

/** Checks one run of a container: one check at a time. */
class Monitor {
  readonly #container: Container;
  readonly #args: readonly string[];
  readonly #times: CheckTimes;
  /** The file has the same where it can be written. */
  #health: KeptHealth;
  #timer: NodeJS.Timeout | undefined;
  #probe: Probe | undefined;
  #hasEnded = false;

  constructor(container: Container, args: readonly string[], times: CheckTimes) {
    this.#container = container;
    this.#args = args;
    this.#times = times;
    const { checking, ...health } = readHealth(container);
    if (checking) killLeft(checking);
    this.#health = health;
    this.#wait();
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#probe?.kill();
  }

  #wait(left = untilNextCheck(this.#health, this.#age(Date.now()), this.#times)): void {
    const now = Math.min(left, LONGEST_TIMER);
    const then = () => (left > now ? this.#wait(left - now) : void this.#check());
    this.#timer = setTimeout(then, now);
  }

  async #check(): Promise<void> {
    const result = await this.#result();
    this.#probe = undefined;
    if (this.#hasEnded) return;
    if (result) this.#keep(result);
    this.#wait();
  }

  /** Undefined where it is not to be checked now. Under the lock it is not paused before its list has come to the program. */
  async #result(): Promise<CheckResult | undefined> {
    const start = new Date().toISOString();
    try {
      lockContainer(this.#container.config.id, (container) => {
        if (this.#isToBeChecked(container.state)) this.#begin(container);
      });
      return await this.#probe?.result;
    } catch (error) {
      return { start, end: new Date().toISOString(), exitCode: -1, output: (error as Error).message };
    }
  }

  #begin(container: Container): void {
    this.#probe = startProbe(container, this.#args, this.#times.timeout);
    // For whoever goes on where we are killed: the check itself dies then, but not what it has started.
    this.#write({ ...this.#health, checking: this.#probe.process });
  }

  #keep(result: CheckResult): void {
    const age = this.#age(Date.parse(result.start));
    const { status } = this.#health;
    this.#health = { ...this.#health, ...checked(this.#health, result, { age, times: this.#times }) };
    if (this.#health.status !== status) tellOf(this.#container.config, `health_status: ${this.#health.status}`);
    this.#write(this.#health);
  }

  #write(health: KeptHealth): void {
    try {
      writeHealth(this.#container, health);
    } catch {
      // A full disk, or a container that was removed a moment ago.
    }
  }

  #isToBeChecked(state: ContainerState): boolean {
    return mayBeChecked(state) && !isDead(state) && state.startedAt === this.#health.startedAt;
  }

  /** How long it runs at a moment, both in milliseconds. */
  #age(moment: number): number {
    return moment - Date.parse(this.#health.startedAt);
  }
}
