import type { Words } from '../../view/words/client.js';
import { button, element } from './element.js';
import type { Key, Keys } from './keys.js';

/** A list of the keys, in which they can be switched off. */
export function createHelp(keys: Keys, words: Words): HTMLDialogElement {
  const rows = keys.all.map((key) => [element('dt', {}, ...namesOf(key)), element('dd', {}, key.does)]);
  const title = element('h2', { id: 'keys-title' }, words.keys);
  const dialog = element('dialog', { class: 'keys', 'aria-labelledby': 'keys-title' }, title);
  const close = button(words.close, () => dialog.close());
  close.autofocus = true;
  dialog.append(element('dl', {}, ...rows.flat()), createSwitch(keys, words), close);
  document.body.append(dialog);
  return dialog;
}

/** `n` and `j`. */
function namesOf({ keys }: Key): (Node | string)[] {
  return keys.flatMap((key, index) => [...(index > 0 ? [' '] : []), element('kbd', {}, key)]);
}

function createSwitch(keys: Keys, words: Words): HTMLElement {
  const box = element('input', { type: 'checkbox' });
  box.checked = keys.on;
  box.addEventListener('change', () => {
    keys.on = box.checked;
  });
  return element('p', {}, element('label', {}, box, ` ${words.keysOn}`));
}
