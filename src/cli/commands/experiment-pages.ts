import type { Interruption } from '../../terminal/interrupt.js';
import { Keyboard } from '../../terminal/raw-keyboard.js';
import { screenOf } from '../../view/terminal/screen.js';
import type { Sink } from '../../view/view.js';

/** A terminal that knows no escape sequences keeps the line. */
const eraseLine = () => (process.env.TERM === 'dumb' ? '\n' : '\r\x1b[K');

/** Writes pages below each other, and waits for a key where the next would push what has not been read off the screen. */
export async function writePages(pages: readonly string[][], sink: Sink, interruption: Interruption): Promise<void> {
  const { prompt } = screenOf(sink).words;
  const height = Math.max((process.stdout.rows || 24) - 1, 4);
  let room = height;
  for (const page of pages) {
    let lines = ['', ...page];
    if (lines.length > room && room < height) {
      if (!(await goesOn(prompt.goOn, sink, interruption))) return;
      room = height;
    }
    for (; lines.length > room; lines = lines.slice(room), room = height) {
      await sink.write(`${lines.slice(0, room).join('\n')}\n`);
      if (!(await goesOn(prompt.more(lines.length - room), sink, interruption))) return;
    }
    await sink.write(`${lines.join('\n')}\n`);
    room -= lines.length;
  }
}

/** False where somebody wants to see no more. */
async function goesOn(text: string, sink: Sink, interruption: Interruption): Promise<boolean> {
  const { paint, words } = screenOf(sink);
  await sink.write(`  ${paint.inverse(` ${text}   ${words.prompt.quit} `)}`);
  const key = await nextKey(interruption);
  await sink.write(eraseLine());
  if (key === 'interrupt') interruption.interrupt();
  return key === 'space' || key === 'enter';
}

/** The first key that means something; `q` where the terminal is gone, or this process is to end. */
async function nextKey({ aborted }: Interruption): Promise<string> {
  let keyboard: Keyboard | undefined;
  try {
    return await new Promise((resolve) => {
      const end = () => resolve('q');
      const onKey = (key: string) => KEYS.has(key) && resolve(key);
      keyboard = new Keyboard(process.stdin, { onKey, onClose: end, onStop() {}, onContinue() {} });
      aborted.addEventListener('abort', end);
      if (aborted.aborted) end();
      keyboard.enter();
    });
  } finally {
    keyboard?.leave();
  }
}

const KEYS: ReadonlySet<string> = new Set(['space', 'enter', 'q', 'interrupt']);
