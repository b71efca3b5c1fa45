import type { Held, LabEvent } from '../lab/events.js';
import { arrange } from './run/index.js';
import type { Item } from './run/items.js';

/** Where a view writes, and what it can show. */
export interface Sink {
  /** Width in columns, now: it changes when the window does. */
  readonly columns: number;
  /** 0 no colour, 1 sixteen colours, 2 and 3 more. */
  readonly color: 0 | 1 | 2 | 3;
  /** False: only ASCII symbols. */
  readonly unicode: boolean;
  /** Of the words that the views add (`zh`); English where it is absent. */
  readonly language?: string;
  /** Resolves when the text is out: true, or false when nobody reads any more (`| head -1`). */
  write(text: string): Promise<boolean>;
}

/** Awaited before processes end that somebody wants to look at: a place to wait for a key. */
export type Pause = (held: Held) => Promise<void> | undefined;

/** Shows a lab's events until they end, or until nobody reads: then the lab is told to return, and cleans up. */
export type View = (events: AsyncIterable<LabEvent>, sink: Sink, pause?: Pause) => Promise<void>;

/** Makes a view of a function that gives the lines for one item. */
export function textView(createLinesOf: (sink: Sink) => (item: Item) => string[]): View {
  return async (events, sink, pause) => {
    const linesOf = createLinesOf(sink);
    for await (const item of arrange(events)) {
      if (!(await writeLines(sink, linesOf(item)))) return;
      if (item.type === 'hold') await pause?.(item);
      if (item.type === 'over' && item.error !== undefined) throw item.error;
    }
  };
}

function writeLines(sink: Sink, lines: string[]): Promise<boolean> {
  return lines.length === 0 ? Promise.resolve(true) : sink.write(`${lines.join('\n')}\n`);
}
