/** What a key does. */
export interface Key {
  readonly keys: readonly string[];
  readonly does: string;
  readonly act: () => void;
}

const EDITABLE = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]';

/** Obeys single keys, unless the reader writes something, or means a shortcut of the browser. */
export function bindKeys(keys: readonly Key[]): void {
  addEventListener('keydown', (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || target.closest(EDITABLE)) return;
    const key = document.querySelector('dialog[open]') ? undefined : keys.find((one) => one.keys.includes(event.key));
    if (key === undefined) return;
    event.preventDefault();
    key.act();
  });
}
