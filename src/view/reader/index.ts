import type { Request } from '../document/lesson.js';
import { screenOf } from '../terminal/screen.js';
import type { Sink } from '../view.js';
import { Footnotes } from './footnotes.js';
import { measureOf, type Page } from './page.js';

export { formatNodes } from './nodes.js';

/** What the terminal can do besides what every view asks of it. */
export interface Abilities {
  /** Links can be clicked (OSC 8); else they become footnotes. */
  readonly hyperlinks: boolean;
  /** Absent: code is not coloured. */
  readonly highlight?: Page['highlight'];
}

/** The page that a lesson is written on. */
export function pageOf(sink: Sink, { hyperlinks, highlight }: Abilities, request: Request): Page {
  const screen = screenOf(sink);
  return {
    ...screen,
    ...request,
    measure: measureOf(screen.width),
    ...(highlight && { highlight }),
    ...(!hyperlinks && { footnotes: new Footnotes() }),
  };
}
