import { keep, kept } from './storage.js';

/** What a key does. */
export interface Key {
  readonly keys: readonly string[];
  readonly does: string;
  readonly act: () => void;
}

const EDITABLE = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]';

/** Single keys that do something, unless the reader writes, means a shortcut of the browser, or has switched them off. */
export class Keys {
  readonly all: readonly Key[];

  constructor(all: readonly Key[]) {
    this.all = all;
    addEventListener('keydown', (event) => this.#obey(event));
  }

  /** Who speaks to the computer presses single keys without wanting to (WCAG 2.1.4). */
  get on(): boolean {
    return kept('keys') !== 'off';
  }

  set on(on: boolean) {
    keep('keys', on ? 'on' : 'off');
  }

  #obey(event: KeyboardEvent): void {
    const target = event.target instanceof Element ? event.target : document.body;
    const isShortcut = event.ctrlKey || event.altKey || event.metaKey;
    const isMeantElsewhere = isShortcut || target.closest(EDITABLE) || document.querySelector('dialog[open]');
    if (event.defaultPrevented || isMeantElsewhere || !this.on) return;
    const key = this.all.find((one) => one.keys.includes(event.key));
    if (key === undefined) return;
    event.preventDefault();
    key.act();
  }
}
