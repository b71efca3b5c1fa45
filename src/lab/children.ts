import { callUntraced } from '../kernel/call.js';
import { kill } from '../kernel/calls/index.js';
import { SIGKILL } from '../kernel/constants.js';
import type { Child } from '../kernel/process.js';
import { readProcess } from '../procfs/processes.js';

/** The processes of a lab that still run. */
export class Children {
  readonly #running = new Set<Child>();

  /** The same child, which is ended with the others from now on. */
  add(child: Child): Child {
    this.#running.add(child);
    void child.exited.then(() => this.#running.delete(child));
    return child;
  }

  /** Whether nobody has waited for it yet. */
  has(child: Child): boolean {
    return this.#running.has(child);
  }

  /** Those that are no zombies, the newest first: a visitor goes before the container that it has entered. */
  alive(): Child[] {
    return [...this.#running].reverse().filter(({ pid }) => (readProcess(pid)?.state ?? 'Z') !== 'Z');
  }

  kill(): void {
    for (const child of this.#running) {
      callUntraced(kill(child.pid, SIGKILL));
      child.stdin?.destroy();
    }
  }

  /** Kills them and waits until they are gone. */
  async end(): Promise<void> {
    const running = [...this.#running];
    this.kill();
    await Promise.all(running.map((child) => child.exited));
  }
}
