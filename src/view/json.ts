import type { ExerciseEvent } from '../exercise/events.js';
import { visibleJson } from './text/visible.js';
import type { View } from './view.js';

/** Each event as one line of JSON, as the lab gave it. */
export const renderJson: View = async (events, sink, pause) => {
  for await (const event of events) {
    if (!(await sink.write(jsonLine(event)))) return;
    if (event.type === 'hold') await pause?.(event);
  }
};

/** One event, with the line feed. */
export function jsonLine(event: ExerciseEvent): string {
  return `${visibleJson(event)}\n`;
}
