import type { Interruption } from '../../terminal/interrupt.js';
import { screenOf } from '../../view/terminal/screen.js';
import type { Sink } from '../../view/view.js';
import { askKey } from './ask-key.js';

/** Where pages are written, and whether a key is waited for before each (`--step`). */
interface Reading {
  readonly sink: Sink;
  readonly interruption: Interruption;
  readonly eachAlone: boolean;
}

/** Writes pages below each other, and waits for a key where the next would push what has not been read off the screen. */
export async function writePages(
  pages: readonly string[][],
  { sink, interruption, eachAlone }: Reading,
): Promise<void> {
  const { prompt } = screenOf(sink).words;
  const height = Math.max((process.stdout.rows || 24) - 1, 4);
  let room = height;
  for (const page of pages) {
    let lines = ['', ...page];
    if ((eachAlone || lines.length > room) && room < height) {
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
  const line = `  ${paint.inverse(` ${text}   ${words.prompt.quit} `)}`;
  const key = await askKey({ line, keys: KEYS }, sink, interruption.aborted);
  if (key === 'interrupt') interruption.interrupt();
  return key === 'space' || key === 'enter';
}

const KEYS: ReadonlySet<string> = new Set(['space', 'enter', 'q', 'interrupt']);
