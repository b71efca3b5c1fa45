import type { Held } from '../../lab/events.js';
import type { Interruption } from '../../terminal/interrupt.js';
import { paragraph, screenOf } from '../../view/terminal/screen.js';
import type { Sink } from '../../view/view.js';
import { shellAmong } from '../commands/shell.js';

/** Who has the terminal but for a while. */
export interface Occupant {
  leave(): void;
  enter(): void;
}

/** A shell among the processes that are held, on the ordinary screen of the terminal, which is the shell's until it ends. */
export function visiting(occupant: Occupant, { aborted }: Interruption, sink: Sink) {
  return async (held: Held): Promise<void> => {
    occupant.leave();
    await shellAmong(held, (pid) => sayWhere(sink, pid), aborted);
    if (!aborted.aborted) occupant.enter();
  };
}

async function sayWhere(sink: Sink, pid: number | undefined): Promise<void> {
  const screen = screenOf(sink);
  await sink.write(`${paragraph(screen.words.prompt.shellIn(pid), screen).join('\n')}\n`);
}
