import type { Words } from '../../view/words/client.js';
import type { Fragment } from '../messages.js';
import { button } from './element.js';
import type { Question } from './question.js';
import { addCopyButtons } from './reading/copy.js';

/** What stands behind a question that is still open. */
const FOLDED = 'details.behind:not([open])';

/** What a run shows: below each section what it told there, in the panel how it goes. */
export class RunView {
  readonly #panel: HTMLFormElement;
  readonly #questions: readonly Question[];
  readonly #words: Words;

  constructor(panel: HTMLFormElement, questions: readonly Question[], words: Words) {
    this.#panel = panel;
    this.#questions = questions;
    this.#words = words;
  }

  /** Takes away what the last run told. */
  clear(): void {
    for (const question of this.#questions) question.forget();
    for (const place of document.querySelectorAll('.run')) place.replaceChildren();
    this.#summary.replaceChildren();
  }

  /** Shows a piece below its section; what belongs to the whole lab in the panel. */
  add({ step, kind, html }: Fragment): void {
    const made = parse(html);
    addCopyButtons(made, this.#words);
    // The section has a heading of its own.
    if (kind !== 'step' || made.querySelector('.left-out')) this.place(step).append(made);
    if (kind === 'step') this.#tellFold(step ?? '');
    if (kind === 'check' && step !== undefined) this.#answer(step);
  }

  /** Where a step tells what it does. */
  place(step: string | undefined): Element {
    const place = step === undefined ? null : document.querySelector(`.run[data-run-step="${CSS.escape(step)}"]`);
    return place ?? this.#summary;
  }

  /** Where the reader looks for a step: what it tells, or the question that comes before that. */
  target(step: string): Element {
    const place = this.place(step);
    return place.closest(FOLDED)?.previousElementSibling ?? place;
  }

  /** How many checks there were, and how many of them did not hold. */
  count(): { checks: number; broken: number } {
    const all = (selector: string) => document.querySelectorAll(`.run ${selector}`).length;
    return { checks: all('.check'), broken: all('.check.failed') };
  }

  /** What came of two runs that were compared; empty until then. */
  get outcome(): string {
    return this.#summary.querySelector('.outcome')?.textContent ?? '';
  }

  /** Says something in the panel, and to those who listen instead of looking; `act` becomes a button. */
  tell(text: string, act?: { label: string; act: () => void }): void {
    delete this.#status.dataset.state;
    this.#status.replaceChildren(text, ...(act ? [' ', button(act.label, act.act)] : []));
  }

  /** The same, for what went wrong. */
  warn(text: string, act?: { label: string; act: () => void }): void {
    this.tell(text, act);
    this.#status.dataset.state = 'broken';
  }

  /** Whether something waits for an answer of the reader. */
  get withholds(): boolean {
    return this.#folds.length > 0;
  }

  /** Shows what waits for an answer. */
  showAll(): void {
    for (const fold of this.#folds) fold.open = true;
  }

  /** What the kernel said stays folded until the reader has said what it will be. */
  #tellFold(step: string): void {
    const summary = this.place(step).closest(FOLDED)?.querySelector('summary');
    if (summary) summary.textContent = this.#words.answerFirst;
  }

  /** Gives the check that has just been added to the question that asked for it. */
  #answer(step: string): void {
    const { check, held, actual } = (this.place(step).lastElementChild as HTMLElement).dataset;
    for (const question of this.#questions) {
      const isMeant = question.check === check && (question.step ?? step) === step;
      if (isMeant) question.hear({ actual: actual ?? '', held: held === 'true' });
    }
  }

  /** Those of questions that nobody has answered yet, with what a run told in them. */
  get #folds(): HTMLDetailsElement[] {
    return [...document.querySelectorAll<HTMLDetailsElement>(FOLDED)].filter((fold) =>
      fold.querySelector('.run:not(:empty)'),
    );
  }

  get #status(): HTMLElement {
    return this.#panel.querySelector('.run-status') as HTMLElement;
  }

  get #summary(): Element {
    return this.#panel.querySelector('.run-summary') as Element;
  }
}

/** HTML of our own server, in which it has escaped all that comes from a container. */
function parse(html: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content;
}
