import type { Words } from '../../../view/words/client.js';
import { button, element } from '../element.js';

/** Milliseconds for which a button says that it has copied. */
const THANKS = 2000;

/** What a program printed is not to be typed anywhere. */
const COPIED = 'pre.code:not(:has(> .language-text)), p.command';

/** Gives each block of code, and each command in this part of a page, a button that copies it. */
export function addCopyButtons(part: ParentNode, words: Words): void {
  for (const block of part.querySelectorAll<HTMLElement>(COPIED)) addButton(block, words);
}

function addButton(block: HTMLElement, words: Words): void {
  const copying = button(words.copy, () => void copy());
  const copy = async () => {
    copying.textContent = (await keep(block.querySelector('code')?.textContent ?? '')) ? words.copied : words.notCopied;
    setTimeout(() => {
      copying.textContent = words.copy;
    }, THANKS);
  };
  copying.className = 'copy';
  copying.setAttribute('aria-live', 'polite');
  const around = element('div', { class: 'copyable' });
  block.replaceWith(around);
  around.append(block, copying);
}

/** Into the clipboard. A page that has come without TLS from another machine has none, and must select the text to copy it. */
async function keep(text: string): Promise<boolean> {
  if (!navigator.clipboard) return keepSelected(text);
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => keepSelected(text),
  );
}

function keepSelected(text: string): boolean {
  const field = element('textarea', { class: 'unseen', tabindex: '-1' });
  const before = document.activeElement;
  field.value = text;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return isCopied;
}
