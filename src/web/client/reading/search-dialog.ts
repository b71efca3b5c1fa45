import { excerptOf, type Hit, search } from '../../../view/search/search.js';
import type { Words } from '../../../view/words/client.js';
import { button, element } from '../element.js';
import { addressOf, loadPassages } from './passages.js';

/** As many as are looked at. */
const MOST = 30;

/** A search over all lessons of the language; the links that it finds come as one writes. */
export class SearchDialog {
  readonly #words: Words;
  readonly #input = element('input', { type: 'search', autocomplete: 'off', spellcheck: 'false' });
  readonly #status = element('p', { class: 'found', role: 'status' });
  readonly #hits = element('ol');
  readonly #dialog = element('dialog', { class: 'search', 'aria-labelledby': 'search-title' });

  constructor(words: Words) {
    this.#words = words;
    const label = element('label', { id: 'search-title' }, words.searchLessons, this.#input);
    this.#dialog.append(
      label,
      this.#status,
      this.#hits,
      button(words.close, () => this.#dialog.close()),
    );
    this.#input.addEventListener('input', () => void this.#search());
    this.#input.addEventListener('keydown', (event) => event.key === 'Enter' && this.#hits.querySelector('a')?.click());
    this.#hits.addEventListener('click', () => this.#dialog.close());
    document.body.append(this.#dialog);
  }

  open(): void {
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#input.select();
    void this.#search();
  }

  async #search(): Promise<void> {
    const query = this.#input.value;
    try {
      const hits = search(await loadPassages(), query);
      // Another letter may have been written since.
      if (query === this.#input.value) this.#show(hits, query);
    } catch {
      this.#status.textContent = this.#words.noSearch;
    }
  }

  #show(hits: readonly Hit[], query: string): void {
    this.#status.textContent = query.trim() === '' ? '' : this.#words.found(hits.length);
    this.#hits.replaceChildren(...hits.slice(0, MOST).map(itemOf));
  }
}

function itemOf(hit: Hit): HTMLElement {
  const { before, found, after } = excerptOf(hit);
  const link = element('a', { href: addressOf(hit) }, hit.title);
  return element(
    'li',
    {},
    link,
    ' ',
    element('code', {}, hit.lesson),
    element('p', {}, before, element('mark', {}, found), after),
  );
}
