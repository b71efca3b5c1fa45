import { Keyboard } from '../../terminal/keyboard.js';
import type { Sink } from '../../view/view.js';

/** A line that says what keys do, and which of them are waited for. */
export interface Asked {
  readonly line: string;
  readonly keys: ReadonlySet<string>;
  /** Linear text: the line stays. */
  readonly plain?: boolean | undefined;
}

const ERASE_LINE = '\r\x1b[K';

/** Writes the line, waits for one of the keys, and erases the line. `q` where the terminal is gone, or this process is to end. */
export async function askKey({ line, keys, plain }: Asked, sink: Sink, aborted: AbortSignal): Promise<string> {
  // A terminal that knows no escape sequences keeps the line.
  const erases = !plain && process.env.TERM !== 'dumb';
  await sink.write(line);
  const key = await nextKey(keys, aborted, () => void sink.write(erases ? `${ERASE_LINE}${line}` : line));
  await sink.write(erases ? ERASE_LINE : '\n');
  return key;
}

async function nextKey(keys: ReadonlySet<string>, aborted: AbortSignal, onContinue: () => void): Promise<string> {
  let leave = () => {};
  try {
    return await new Promise((resolve) => {
      const end = () => resolve('q');
      const onKey = (key: string) => keys.has(key) && resolve(key);
      const keyboard = new Keyboard(process.stdin, { onKey, onClose: end, onStop() {}, onContinue });
      aborted.addEventListener('abort', end);
      keyboard.enter();
      leave = () => {
        aborted.removeEventListener('abort', end);
        keyboard.leave();
      };
      if (aborted.aborted) end();
    });
  } finally {
    leave();
  }
}
