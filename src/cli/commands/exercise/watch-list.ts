import type { ChildProcess } from 'node:child_process';
import { readFileSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { ExerciseEntry } from '../../../../exercises/catalogue.js';
import type { ExerciseEvent } from '../../../exercise/events.js';
import { HINTS } from '../../../exercise/text.js';
import { PracticeReporter } from '../../../state/practice-report.js';
import { notePractice } from '../../../state/progress.js';
import { type Interruption, untilInterrupted } from '../../../terminal/interrupt.js';
import { Keyboard } from '../../../terminal/keyboard.js';
import { print } from '../../../terminal/output.js';
import { formatAttempt, formatTask } from '../../../view/exercise/card.js';
import { paragraph } from '../../../view/terminal/screen.js';
import { sweepFirst } from '../../leftovers.js';
import { tellNote } from '../read/progress-note.js';
import type { ExerciseOptions } from './options.js';
import { placeFile } from './place.js';
import { loadHere } from './possible.js';
import { cardOf, endingOf, type Shown, shown } from './screen.js';
import { startAttempt, type Try, tryList } from './try-list.js';

/** Puts the student's file, and tries it at each save, until it solves the exercise or one leaves. The exit status: 0 solved, 1 not. */
export async function watchList(entry: ExerciseEntry, options: ExerciseOptions): Promise<number> {
  const { facts } = await loadHere(entry);
  await sweepFirst();
  const file = placeFile(entry.id);
  const view = shown(entry, options);
  return await untilInterrupted(async (interruption) => {
    const attempt = { id: entry.id, facts, file, language: view.language, signal: interruption.aborted };
    const watcher = new ListWatcher(view, attempt, interruption);
    return (await watcher.run()) ? 0 : 1;
  });
}

/** Rows: the title alone. */
const TITLE = 2;

/** Clears the screen, not what was scrolled off it. */
const CLEAR = '\x1b[H\x1b[2J';

/** A student's file, from save to save. */
class ListWatcher {
  readonly #view: Shown;
  readonly #attempt: Try;
  readonly #interruption: Interruption;
  /** What is to be done when it is there: a save, a key; taken in turn. */
  #wake: () => void = () => {};
  #tried: string | undefined;
  #events: readonly ExerciseEvent[] = [];
  #hints = 0;
  readonly #report: PracticeReporter['report'];
  #trying = new AbortController();
  #next: ChildProcess | undefined;
  readonly #left = new AbortController();
  /** Somebody left, or a signal came. */
  readonly #over: AbortSignal;

  constructor(view: Shown, attempt: Try, interruption: Interruption) {
    [this.#view, this.#attempt, this.#interruption] = [view, attempt, interruption];
    this.#report = new PracticeReporter(attempt.id).report;
    this.#over = AbortSignal.any([interruption.aborted, this.#left.signal]);
  }

  /** True where it was solved. */
  async run(): Promise<boolean> {
    this.#hints = cardOf(this.#view).hints;
    const keyboard = new Keyboard(process.stdin, {
      onKey: this.#onKey,
      onClose: this.#interruption.interrupt,
      onStop() {},
      onContinue: () => this.#draw(),
    });
    const wake = () => {
      if (this.#over.aborted || this.#untried() !== undefined) this.#trying.abort();
      this.#wake();
    };
    const saves = watch(dirname(this.#attempt.file), wake);
    this.#over.addEventListener('abort', wake);
    keyboard.enter();
    try {
      while (!this.#over.aborted && !(await this.#tryIfNew())) await this.#woken();
      return this.#isSolved;
    } finally {
      saves.close();
      this.#takeNext()?.stdin?.end();
      keyboard.leave();
      if (!this.#isSolved) print(`\n\n${this.#view.screen().words.exercise.goOn(this.#attempt.id)}\n`);
    }
  }

  get #isSolved(): boolean {
    return this.#events.some(({ type }) => type === 'solved');
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.#over.aborted || this.#untried() !== undefined) resolve();
    });
  }

  /** Editors write a file in several steps, or put another in its place: what counts is what is in it. True where it solves the exercise. */
  async #tryIfNew(): Promise<boolean> {
    const contents = this.#untried();
    if (contents === undefined) return false;
    if (this.#tried !== undefined) tellNote(notePractice(this.#attempt.id, 'tried'));
    this.#tried = contents;
    this.#trying = new AbortController();
    const events = await tryList({ ...this.#attempt, signal: this.#trying.signal }, this.#takeNext());
    // Something newer was saved meanwhile.
    if (this.#trying.signal.aborted) return false;
    this.#events = events;
    this.#report(events.filter((event) => event.type === 'fact'));
    this.#draw();
    // The next save is not to wait for the start of node.
    if (!this.#isSolved) this.#next = startAttempt(this.#attempt);
    return this.#isSolved;
  }

  /** The process that waits for a save; undefined where none does, or somebody has ended it. */
  #takeNext(): ChildProcess | undefined {
    const next = this.#next;
    this.#next = undefined;
    return next?.exitCode === null && next.signalCode === null ? next : undefined;
  }

  /** What the file says now; undefined where that was tried, and while an editor, or the student, has taken the file away. */
  #untried(): string | undefined {
    try {
      const contents = readFileSync(this.#attempt.file, 'utf8');
      return contents === this.#tried ? undefined : contents;
    } catch {
      return undefined;
    }
  }

  #draw(): void {
    const screen = this.#view.screen();
    const card = { ...cardOf(this.#view, this.#events), hints: this.#hints };
    const file = ['', ...paragraph(screen.words.exercise.file(this.#attempt.file), screen)];
    const end = this.#isSolved ? [...endingOf(this.#view, screen), ''] : ['', ...this.#keys()];
    const rows = process.stdout.rows || 24;
    // The task has what is left: its title at least.
    const attempt = formatAttempt(card, screen, this.#isSolved ? undefined : rows - file.length - end.length - TITLE);
    const below = [...file, ...attempt, ...end];
    const task = formatTask(card, screen, rows - below.length);
    print(`${CLEAR}${[...task, ...below].join('\n')}`);
  }

  #keys(): string[] {
    const { words, paint } = this.#view.screen();
    const { hint, quit } = words.exercise.keys;
    const keys = this.#hints < HINTS ? [hint, quit] : [quit];
    return [` ${paint.inverse(` ${keys.join('   ')} `)}`];
  }

  readonly #onKey = (key: string): void => {
    if (key === 'interrupt') this.#interruption.interrupt();
    if (key.toLowerCase() === 'q') this.#left.abort();
    if (key.toLowerCase() !== 'h' || this.#hints === HINTS || this.#isSolved) return;
    this.#hints++;
    tellNote(notePractice(this.#attempt.id, 'hinted'));
    this.#draw();
  };
}
