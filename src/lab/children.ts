import { callUntraced } from '../kernel/call.js';
import { execve, kill } from '../kernel/calls/index.js';
import { SIGKILL } from '../kernel/constants.js';
import { startAsRoot } from '../kernel/credentials/as-root.js';
import { SyscallError } from '../kernel/errors/syscall-error.js';
import type { Child, ProcessSpec } from '../kernel/process.js';
import { readProcess } from '../procfs/processes.js';

/** A container whose program a step has run to its end. */
interface Ran {
  readonly step: string;
  readonly spec: ProcessSpec;
  readonly whileItWaits: ((pid: number) => void) | undefined;
}

/** The processes of a lab that still run. */
export class Children {
  readonly #running = new Set<Child>();
  /** The last one. */
  ran: Ran | undefined;

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

  /** Makes the last container of a step again, with a program that stays. False where there is none, or the kernel refuses it. */
  makeAgain(step: string): boolean {
    if (this.ran?.step !== step) return false;
    const { spec, whileItWaits } = this.ran;
    try {
      this.add(startAsRoot(staying(spec), whileItWaits));
      return true;
    } catch (error) {
      if (error instanceof SyscallError) return false;
      throw error;
    }
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

/** The same calls; but the program, which the last of them executes, does nothing and says nothing. */
function staying({ calls, ...container }: ProcessSpec): ProcessSpec {
  const stay = execve('/bin/sh', ['sh', '-c', 'exec sleep 3600'], ['PATH=/usr/bin:/bin']);
  return { ...container, calls: [...calls.slice(0, -1), stay], stdio: ['null', 'null', 'null'] };
}
