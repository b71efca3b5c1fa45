import { on } from 'node:events';
import type { ReadStream } from 'node:tty';

/** What a key means while a step waits. */
export type Key = 'next' | 'quit';

// In raw mode Ctrl-C and Ctrl-D are characters like any other (termios(3), ISIG and ICANON).
const CTRL_C = '\x03';
const CTRL_D = '\x04';
const KEYS: Record<string, Key> = {
  '\r': 'next',
  '\n': 'next',
  ' ': 'next',
  q: 'quit',
  Q: 'quit',
  [CTRL_C]: 'quit',
  [CTRL_D]: 'quit',
};

/** The first key in a piece of input that means anything. */
export function meaningOf(input: string): Key | undefined {
  return [...input].map((character) => KEYS[character]).find((key) => key !== undefined);
}

/** Waits for a key that means something; `quit` too when the terminal is gone or the signal is aborted. */
export async function readKey(terminal: ReadStream, aborted: AbortSignal): Promise<Key> {
  // Single keys come, and come unechoed, in raw mode only.
  terminal.setRawMode(true);
  terminal.resume();
  try {
    return await firstMeaning(terminal, aborted);
  } finally {
    terminal.setRawMode(false);
    terminal.pause();
  }
}

async function firstMeaning(terminal: ReadStream, aborted: AbortSignal): Promise<Key> {
  try {
    for await (const [input] of on(terminal, 'data', { signal: aborted, close: ['end', 'close'] })) {
      const key = meaningOf(String(input));
      if (key) return key;
    }
  } catch (error) {
    if (!aborted.aborted) throw error;
  }
  return 'quit';
}
