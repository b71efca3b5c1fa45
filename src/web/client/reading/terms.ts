import { element } from '../element.js';
import { loadPassages } from './passages.js';

/** Milliseconds: the pointer passes over a word without asking for it, and leaves it for the text about it. */
const PATIENCE = 250;

/** Says what a word of the glossary means while the pointer is on its link, or the focus; on a touch screen at the first touch. */
export class TermTips {
  readonly #tip = element('div', { class: 'tip', role: 'tooltip', id: 'term-tip' });
  #link: HTMLAnchorElement | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wasShown = true;

  constructor() {
    this.#tip.hidden = true;
    document.querySelector('main')?.append(this.#tip);
    for (const link of document.querySelectorAll<HTMLAnchorElement>('a.term')) this.#watch(link);
    this.#tip.addEventListener('pointerenter', () => clearTimeout(this.#timer));
    this.#tip.addEventListener('pointerleave', () => this.#later(() => this.#hide()));
    addEventListener('keydown', ({ key }) => key === 'Escape' && this.#hide());
  }

  #watch(link: HTMLAnchorElement): void {
    link.addEventListener('pointerenter', ({ pointerType }) => {
      if (pointerType !== 'touch') this.#later(() => void this.#show(link));
    });
    link.addEventListener('pointerleave', () => this.#later(() => this.#hide()));
    link.addEventListener('pointerdown', ({ pointerType }) => {
      this.#wasShown = pointerType !== 'touch' || this.#link === link;
    });
    link.addEventListener('focus', () => void this.#show(link));
    link.addEventListener('blur', () => this.#hide());
    link.addEventListener('click', (event) => this.#touch(link, event));
  }

  /** The second touch follows the link. */
  #touch(link: HTMLAnchorElement, event: Event): void {
    if (this.#wasShown) return;
    this.#wasShown = true;
    event.preventDefault();
    void this.#show(link);
  }

  async #show(link: HTMLAnchorElement): Promise<void> {
    clearTimeout(this.#timer);
    this.#link = link;
    const id = decodeURIComponent(link.hash.slice(1));
    // Without it there is still the link.
    const all = await loadPassages().catch(() => []);
    const term = all.find(({ lesson, section }) => lesson === 'glossary' && section === id);
    if (term === undefined || this.#link !== link) return;
    this.#tip.replaceChildren(element('b', {}, term.title), ` ${term.paragraphs.map(({ text }) => text).join(' ')}`);
    this.#tip.hidden = false;
    link.setAttribute('aria-describedby', this.#tip.id);
    this.#place(link.getClientRects()[0] ?? link.getBoundingClientRect());
  }

  /** Below the word, or above where there is no room below. */
  #place({ left, top, bottom }: DOMRect): void {
    const { offsetWidth, offsetHeight, style } = this.#tip;
    const edge = document.documentElement.clientWidth - offsetWidth - 8;
    const isLow = bottom + offsetHeight + 8 > innerHeight && top > offsetHeight + 8;
    style.left = `${Math.max(8, Math.min(left, edge)) + scrollX}px`;
    style.top = `${(isLow ? top - offsetHeight - 4 : bottom + 4) + scrollY}px`;
  }

  #hide(): void {
    clearTimeout(this.#timer);
    this.#link?.removeAttribute('aria-describedby');
    this.#link = undefined;
    this.#tip.hidden = true;
  }

  #later(act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, PATIENCE);
  }
}
