import type { Words } from '../../view/words/client.js';
import type { Fragment } from '../messages.js';
import { button, element } from './element.js';
import type { Question } from './question.js';

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
    this.showAll();
    for (const question of this.#questions) question.forget();
    for (const place of document.querySelectorAll('.run')) place.replaceChildren();
    this.#summary.replaceChildren();
  }

  /** Shows a piece below its section; what belongs to the whole lab in the panel. */
  add({ step, kind, html }: Fragment): void {
    const made = parse(html);
    // The section has a heading of its own.
    if (kind !== 'step' || made.querySelector('.left-out')) this.place(step).append(made);
    if (kind === 'step') this.#withhold(step ?? '');
    if (kind === 'check' && step !== undefined) this.#answer(step);
  }

  /** Where a step tells what it does. */
  place(step: string | undefined): Element {
    const place = step === undefined ? null : document.querySelector(`.run[data-run-step="${CSS.escape(step)}"]`);
    return place ?? this.#summary;
  }

  /** Where the reader looks for a step: what it tells, or the question that comes before that. */
  target(step: string): Element {
    const place = this.place(step) as HTMLElement;
    return place.hidden ? (place.closest('section')?.querySelector('form.predict') ?? place) : place;
  }

  /** How many checks there were, and how many of them did not hold. */
  count(): { checks: number; broken: number } {
    const all = (selector: string) => document.querySelectorAll(`.run ${selector}`).length;
    return { checks: all('.check'), broken: all('.check.failed') };
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
    return document.querySelector('.withheld') !== null;
  }

  /** Shows what waits for an answer. */
  showAll(): void {
    for (const note of document.querySelectorAll<HTMLElement>('.withheld button')) note.click();
  }

  /** What the kernel said stays hidden until the reader has said what it will be. */
  #withhold(step: string): void {
    const open = this.#questions.find((question) => question.step === step && question.check && !question.isAnswered);
    if (open === undefined) return;
    const place = this.place(step) as HTMLElement;
    const note = element('p', { class: 'withheld' }, `${this.#words.answerFirst} `);
    const show = () => {
      place.hidden = false;
      note.remove();
    };
    note.append(button(this.#words.showAnyway, show));
    place.hidden = true;
    place.before(note);
    open.whenAnswered(show);
  }

  /** Gives the check that has just been added to the question that asked for it. */
  #answer(step: string): void {
    const { check, held, actual } = (this.place(step).lastElementChild as HTMLElement).dataset;
    for (const question of this.#questions) {
      const isMeant = question.check === check && (question.step ?? step) === step;
      if (isMeant) question.hear({ actual: actual ?? '', held: held === 'true' });
    }
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
