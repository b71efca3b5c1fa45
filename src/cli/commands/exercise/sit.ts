import type { ExerciseEntry } from '../../../../exercises/catalogue.js';
import { newTerminal } from '../../../container/start/foreground.js';
import { attend, type ProcessIo } from '../../../container/terminal/session.js';
import { labFor } from '../../../exercise/attempt.js';
import type { FactSeen } from '../../../exercise/events.js';
import { Session, watchFacts } from '../../../exercise/session.js';
import { PracticeReporter } from '../../../state/practice-report.js';
import { notePractice } from '../../../state/progress.js';
import { type Interruption, untilInterrupted } from '../../../terminal/interrupt.js';
import { print } from '../../../terminal/output.js';
import { formatAttempt, formatTask } from '../../../view/exercise/card.js';
import { paragraph } from '../../../view/terminal/screen.js';
import { sweepFirst } from '../../leftovers.js';
import { tellNote } from '../read/progress-note.js';
import type { ExerciseOptions } from './options.js';
import { loadHere } from './possible.js';
import { cardOf, endingOf, type Shown, shown } from './screen.js';
import { StatusLine } from './status-line.js';

/** Opens a shell in which the exercise is done, and looks at the facts until it ends. The exit status: 0 solved, 1 not. */
export async function sit(entry: ExerciseEntry, options: ExerciseOptions): Promise<number> {
  const exercise = await loadHere(entry);
  if (exercise.form !== 'shell') throw new Error(`${entry.id} is no shell`);
  await sweepFirst();
  const view = shown(entry, options);
  return await untilInterrupted(async (interruption) => {
    const lab = labFor({ language: view.language, signal: interruption.aborted }, async () => {});
    try {
      const session = await Session.prepare(exercise, lab);
      tellNote(notePractice(entry.id, 'tried'));
      return conclude(view, await openShell(view, session, interruption));
    } finally {
      await lab.end();
    }
  });
}

/** What the facts were when all of them held, or at the end of the shell. */
async function openShell(view: Shown, session: Session, { aborted }: Interruption): Promise<readonly FactSeen[]> {
  const screen = view.screen();
  const { exercise } = screen.words;
  const said = [exercise.shell, exercise.hintElsewhere(view.entry.id)].flatMap((text) => paragraph(text, screen));
  print(`${[...formatTask(cardOf(view), screen), '', ...said, ''].join('\n')}\n`);
  let ended = false;
  const status = new StatusLine(view);
  const { report } = new PracticeReporter(view.entry.id);
  const watched = watchFacts(
    session,
    () => ended || aborted.aborted,
    (seen) => {
      status.show(seen);
      if (!ended) report(seen);
    },
  );
  const begin = ({ stdio }: ProcessIo) => {
    const { pid, exited } = session.start([process.env.SHELL ?? '/bin/sh'], stdio, 0);
    aborted.addEventListener('abort', () => process.kill(pid, 'SIGKILL'), { once: true });
    return { pid, ended: exited };
  };
  await attend({ tty: true, interactive: true }, { begin, openTerminal: newTerminal, rowsLeft: status.rows });
  ended = true;
  status.clear();
  const seen = await watched;
  return seen.every(({ held }) => held) || status.last.length === 0 ? seen : status.last;
}

function conclude(view: Shown, seen: readonly FactSeen[]): number {
  const screen = view.screen();
  const isSolved = seen.every(({ held }) => held);
  const card = { ...cardOf(view, seen), hints: 0 };
  const end = isSolved ? endingOf(view, screen) : ['', ` ${screen.words.exercise.goOn(view.entry.id)}`];
  print(`${[...formatAttempt(card, screen), ...end].join('\n')}\n`);
  return isSolved ? 0 : 1;
}
