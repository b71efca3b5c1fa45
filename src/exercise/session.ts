import { closeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { execvp } from '../../labs/12-runtime/calls/program.js';
import { ownSession } from '../../labs/12-runtime/calls/terminal.js';
import { call } from '../kernel/call.js';
import { chdir, fork, pidfdOpen } from '../kernel/calls/index.js';
import { CLONE_NEWUSER } from '../kernel/constants.js';
import { type Child, start } from '../kernel/process.js';
import type { StdioChoice } from '../kernel/stdio.js';
import { mayFail } from '../kernel/syscall.js';
import type { Lab } from '../lab/lab.js';
import { enterBox, startBox } from './box.js';
import type { ShellExercise, ShellStage } from './definition.js';
import type { FactSeen } from './events.js';
import { lookAt } from './look.js';

type Stdio = readonly [StdioChoice, StdioChoice, StdioChoice];

/** What a shell of an exercise works on: a box, and what is prepared in it. It is gone when the lab ends. */
export class Session {
  readonly #exercise: ShellExercise;
  readonly #lab: Lab;
  readonly #box: Child;
  readonly #stage: ShellStage;

  private constructor(exercise: ShellExercise, lab: Lab, { box, stage }: { box: Child; stage: ShellStage }) {
    [this.#exercise, this.#lab, this.#box, this.#stage] = [exercise, lab, box, stage];
  }

  static async prepare(exercise: ShellExercise, lab: Lab): Promise<Session> {
    const box = await startBox(lab);
    return new Session(exercise, lab, { box, stage: await exercise.prepare(lab, box) });
  }

  /** Starts a program in the box; at a terminal, that becomes its own. */
  start(words: readonly string[], stdio: Stdio, terminal?: 0): Child {
    const pidfd = call(pidfdOpen(this.#box.pid));
    const env = Object.entries({ ...process.env, ...this.#stage.given }).map(([name, value]) => `${name}=${value}`);
    const calls = [
      ...enterBox(pidfd, this.#lab.privileged ? 0 : CLONE_NEWUSER),
      mayFail(chdir(process.cwd())),
      ...execvp(words, env),
    ];
    try {
      return this.#lab.keep(start({ calls, inside: [fork(), ...ownSession(terminal)], stdio }));
    } finally {
      closeSync(pidfd);
    }
  }

  look(): Promise<FactSeen[]> {
    const { id, facts } = this.#exercise;
    return lookAt(id, this.#stage.facts, facts);
  }
}

/** How often facts are looked at, in milliseconds. */
export const INTERVAL = 300;

/** Looks again and again until all facts hold at once, or `ended` says that the last look was due. What was seen last. */
export async function watchFacts(
  session: Session,
  ended: () => boolean,
  onSeen: (seen: readonly FactSeen[]) => void,
): Promise<readonly FactSeen[]> {
  for (;;) {
    const isLast = ended();
    const seen = await session.look();
    onSeen(seen);
    if (isLast || seen.every(({ held }) => held)) return seen;
    await pause(INTERVAL);
  }
}
