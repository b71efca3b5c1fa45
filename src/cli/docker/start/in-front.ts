import { type Front, runForeground } from '../../../container/start/foreground.js';
import type { Container } from '../../../container/store/store.js';
import { tellOf } from '../../../container/store/tell.js';
import { LEFT } from '../../../container/terminal/detach-keys.js';
import { adoptIfPossible } from '../shared/find.js';

/** Stays with a container that starts in the foreground. Its exit status; 0 where it is left. */
export async function inFront(container: Container, front: Front): Promise<number> {
  const end = await runForeground(container, front);
  if (end !== LEFT) return end.exitCode;
  await adoptIfPossible();
  tellOf(container.config, 'detach');
  return tellLeft();
}

/** Docker's words and status where a person has left a program. */
export function tellLeft(): number {
  process.stderr.write('read escape sequence\n');
  return 0;
}
