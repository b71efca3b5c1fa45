import type { Words } from '../../view/words/client.js';
import { type Choice, checkAnswer, type Finding, type Verdict } from './check-answer.js';
import { button, element } from './element.js';

/** `::: predict` on a page: the reader answers first, then the kernel does. */
export class Question {
  readonly check: string;
  /** The step whose run answers it; undefined where it stands in a section that is no step. */
  readonly step: string | undefined;
  readonly #form: HTMLFormElement;
  readonly #words: Words;
  readonly #verdict = element('p', { class: 'verdict', role: 'status' });
  #finding: Finding | undefined;

  /** `isLive`: a run may come that answers; else the lesson answers at once. */
  constructor(form: HTMLFormElement, isLive: boolean, words: Words) {
    this.#form = form;
    this.#words = words;
    this.check = isLive ? (form.dataset.check ?? '') : '';
    this.step = form.closest<HTMLElement>('[data-step]')?.dataset.step;
    this.#answer.hidden = true;
    this.#answer.before(this.#verdict);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#commit();
    });
    this.#behind.addEventListener('toggle', () => this.#show());
  }

  get #isAnswered(): boolean {
    return this.#form.dataset.answered !== undefined;
  }

  /** A new run begins: the kernel has said nothing yet. */
  forget(): void {
    this.#finding = undefined;
    if (!this.#isAnswered || this.check === '') return;
    delete this.#form.dataset.verdict;
    delete this.#form.dataset.chosen;
    this.#tell();
  }

  /** A check of a run has answered it, perhaps before the reader. */
  hear(finding: Finding): void {
    this.#finding = finding;
    if (this.#isAnswered) this.#tell();
  }

  #commit(): void {
    this.#form.dataset.answered = '';
    for (const input of this.#form.querySelectorAll('input')) input.disabled = true;
    this.#form.querySelector('button')?.remove();
    this.#answer.hidden = false;
    this.#tell();
    this.#behind.open = true;
  }

  #tell(): void {
    if (this.check === '')
      this.#settle(this.#chosen.right ? 'agrees' : 'disagrees', this.#words.noKernel(this.#chosen.right));
    else if (this.#finding) this.#settleBy(this.#finding);
    else this.#verdict.replaceChildren(this.#words.committed, ' ', ...this.#runButton());
  }

  /** Who opens what is behind the question wants the answer, too; who has answered waits for the kernel's. */
  #show(): void {
    if (this.#isAnswered || !this.#behind.open) return;
    this.#answer.hidden = false;
    this.#answer.open = true;
  }

  /** The button of the section once more, where the reader is now. */
  #runButton(): HTMLElement[] {
    const run = this.#form.closest('section')?.querySelector<HTMLElement>('[data-run-to]');
    return run ? [button(run.textContent, () => run.click())] : [];
  }

  #settleBy(finding: Finding): void {
    const verdict = checkAnswer(this.#chosen, this.#choices, finding);
    this.#settle(verdict, this.#words[verdict](finding.actual));
    // Where the check failed, because a step was left out, the lesson's answer is not the one of this run.
    if (!finding.held) delete this.#form.dataset.chosen;
  }

  #settle(verdict: Verdict, text: string): void {
    this.#form.dataset.verdict = verdict;
    this.#form.dataset.chosen = '';
    this.#verdict.textContent = text;
    this.#answer.open = true;
  }

  get #answer(): HTMLDetailsElement {
    return this.#form.querySelector('details.answer') as HTMLDetailsElement;
  }

  get #behind(): HTMLDetailsElement {
    return this.#form.nextElementSibling as HTMLDetailsElement;
  }

  get #chosen(): Choice {
    return choiceOf(this.#form.querySelector('input:checked') as HTMLInputElement);
  }

  get #choices(): Choice[] {
    return [...this.#form.querySelectorAll('input')].map(choiceOf);
  }
}

function choiceOf(input: HTMLInputElement): Choice {
  const { right, says } = (input.closest('.choice') as HTMLElement).dataset;
  return { right: right !== undefined, says };
}
