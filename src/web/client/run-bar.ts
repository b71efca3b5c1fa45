import { button, element } from './element.js';

/** Milliseconds for which the outcome is shown; the panel keeps it. */
const FAREWELL = 6000;

/** How the run goes, at the edge of the window, for as long as the panel that tells it is out of sight. */
export class RunBar {
  readonly #text = element('span');
  readonly #bar: HTMLElement;
  #isPanelInSight = true;
  #isWanted = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(panel: HTMLElement, stop: HTMLButtonElement) {
    this.#bar = element('aside', { class: 'run-bar', 'aria-labelledby': 'run-title' }, this.#text, stop);
    this.#bar.hidden = true;
    document.body.append(this.#bar);
    new IntersectionObserver(([entry]) => {
      this.#isPanelInSight = entry?.isIntersecting ?? true;
      this.#update();
    }).observe(panel.querySelector('.run-status') ?? panel);
  }

  /** Says something, with a link to the section that it is about. */
  tell(text: string, at?: { step: string; title: string }): void {
    const link = at && element('a', { href: `#${at.step}` }, at.title);
    this.#show('', text, ...(link ? [' ', link] : []));
  }

  /** Says what went wrong; `act` becomes a button. */
  warn(text: string, act?: { label: string; act: () => void }): void {
    this.#show('broken', text, ...(act ? [' ', button(act.label, act.act)] : []));
  }

  /** The run is over: goes away in a moment. */
  leave(): void {
    this.#timer = setTimeout(() => {
      this.#isWanted = false;
      this.#update();
    }, FAREWELL);
  }

  #show(state: string, ...inside: (Node | string)[]): void {
    clearTimeout(this.#timer);
    this.#bar.dataset.state = state;
    this.#text.replaceChildren(...inside);
    this.#isWanted = true;
    this.#update();
  }

  #update(): void {
    this.#bar.hidden = this.#isPanelInSight || !this.#isWanted;
  }
}
