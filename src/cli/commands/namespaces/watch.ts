import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../../kernel/errors/user-error.js';
import { repaint } from '../../../terminal/full-screen.js';
import { untilInterrupted } from '../../../terminal/interrupt.js';
import { print } from '../../../terminal/output.js';

/** Milliseconds between two looks. */
const INTERVAL = 1000;

/** Shows lines until Ctrl-C, and again the rows that have changed. The exit status. Throws UserError (2) where there is no terminal. */
export function watch(look: () => readonly string[]): Promise<number> {
  if (!process.stdout.isTTY)
    throw new UserError(
      '--watch needs a terminal',
      2,
      'Leave it out, or call it again and again: watch tslab ns --plain',
    );
  return untilInterrupted(async ({ aborted }) => {
    let shown: readonly string[] | undefined;
    do {
      const rows = onScreen(look());
      print(repaint(shown, rows));
      shown = rows;
    } while (await delay(INTERVAL, true, { signal: aborted }).catch(() => false));
    print(`\x1b[${shown.length};1H\n`);
    return 0;
  });
}

/** As many rows as the screen has but one, for the cursor; empty ones below erase what was there. */
function onScreen(lines: readonly string[]): string[] {
  const rows = Math.max((process.stdout.rows || 24) - 1, 1);
  return Array.from({ length: rows }, (_, row) => lines[row] ?? '');
}
