import type { Output } from '../../lab/events.js';
import type { Item, Items } from './items.js';

/** Output comes in pieces of any size: the start of a line waits for the rest of it. */
export async function* joinLines(items: Items): Items {
  let tail: Output | undefined;
  for await (const item of items) {
    const joined = tail && isSameStream(tail, item) ? { ...tail, text: tail.text + item.text } : item;
    if (tail && joined === item) yield tail;
    tail = undefined;
    if (joined.type === 'output') {
      const end = joined.text.lastIndexOf('\n') + 1;
      if (end > 0 || joined.text === '') yield { ...joined, text: joined.text.slice(0, end) };
      if (end < joined.text.length) tail = { ...joined, text: joined.text.slice(end) };
    } else yield joined;
  }
}

/** Marks output that goes on, so that its command is named once. */
export async function* nameCommandsOnce(items: Items): Items {
  let last: Item | undefined;
  for await (const item of items) {
    yield isSameCommand(last, item) ? { ...item, continued: true } : item;
    last = item;
  }
}

function isSameStream(a: Output, b: Item): b is Output {
  return isSameCommand(a, b) && a.stream === b.stream;
}

function isSameCommand(a: Item | undefined, b: Item): b is Output {
  return a?.type === 'output' && b.type === 'output' && a.step === b.step && a.command === b.command;
}
