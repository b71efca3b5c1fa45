import { on } from 'node:events';
import type { ReadStream } from 'node:tty';

/** What a key means while a step waits: to go on, to stop, a shell, or the choice of this number, from 0. */
export type Key = 'next' | 'quit' | 'shell' | number;

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

/** The first key in a piece of input that means anything; where there are choices, `a` is the first of them. */
export function meaningOf(input: string, choices = 0, hasShell = false): Key | undefined {
  return [...input]
    .map((character) => KEYS[character] ?? (hasShell && /s/i.test(character) ? 'shell' : choiceOf(character, choices)))
    .find((key) => key !== undefined);
}

function choiceOf(character: string, choices: number): number | undefined {
  const index = character.toLowerCase().charCodeAt(0) - 'a'.charCodeAt(0);
  return index >= 0 && index < choices ? index : undefined;
}

/** What a terminal is asked: how many choices there are, and what else a key may mean, what ends the waiting. */
export interface Asked {
  readonly choices: number;
  /** `s` asks for a shell. */
  readonly hasShell?: boolean;
  readonly aborted: AbortSignal;
}

/** Waits for a key that means something; `quit` too when the terminal is gone or the signal is aborted. */
export async function readKey(terminal: ReadStream, asked: Asked): Promise<Key> {
  // Single keys come, and come unechoed, in raw mode only.
  terminal.setRawMode(true);
  terminal.resume();
  try {
    return await firstMeaning(terminal, asked);
  } finally {
    terminal.setRawMode(false);
    terminal.pause();
  }
}

async function firstMeaning(terminal: ReadStream, { choices, hasShell, aborted }: Asked): Promise<Key> {
  try {
    for await (const [input] of on(terminal, 'data', { signal: aborted, close: ['end', 'close'] })) {
      const key = meaningOf(String(input), choices, hasShell);
      if (key !== undefined) return key;
    }
  } catch (error) {
    if (!aborted.aborted) throw error;
  }
  return 'quit';
}
