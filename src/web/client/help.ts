import { button, element } from './element.js';
import type { Key } from './keys.js';
import type { Words } from './words.js';

/** A list of the keys, which `?` and a button open. */
export function createHelp(keys: readonly Key[], words: Words): () => void {
  const rows = keys.map((key) => [element('dt', {}, ...namesOf(key)), element('dd', {}, key.does)]);
  const title = element('h2', { id: 'keys-title' }, words.keys);
  const dialog = element('dialog', { class: 'keys', 'aria-labelledby': 'keys-title' }, title);
  dialog.append(
    element('dl', {}, ...rows.flat()),
    button(words.close, () => dialog.close()),
  );
  document.body.append(dialog);
  return () => dialog.showModal();
}

/** `n` or `j`. */
function namesOf({ keys }: Key): (Node | string)[] {
  return keys.flatMap((key, index) => [...(index > 0 ? [' '] : []), element('kbd', {}, key)]);
}
