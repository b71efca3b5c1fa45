import { button, element } from './element.js';

/** How the run goes, at the edge of the window, where it is seen while the panel is not. */
export class RunBar {
  readonly #text = element('span');
  readonly #bar: HTMLElement;

  constructor(label: string, stop: HTMLButtonElement) {
    this.#bar = element('aside', { class: 'run-bar', 'aria-label': label }, this.#text, stop);
    this.#bar.hidden = true;
    document.body.append(this.#bar);
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

  #show(state: string, ...inside: (Node | string)[]): void {
    this.#bar.hidden = false;
    this.#bar.dataset.state = state;
    this.#text.replaceChildren(...inside);
  }
}
