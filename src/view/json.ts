import type { LabEvent } from '../lab/events.js';
import type { View } from './view.js';

/** Each event as one line of JSON, as the lab gave it. */
export const renderJson: View = async (events, sink, beforeStep) => {
  for await (const event of events) {
    if (!(await sink.write(jsonLine(event)))) return;
    if (event.type === 'step') await beforeStep?.(event);
  }
};

/** One event, with the line feed. JSON need not escape DEL and C1 controls, but some terminals obey them. */
export function jsonLine(event: LabEvent): string {
  return `${JSON.stringify(event).replace(/[\u007f-\u009f]/g, escapeUnicode)}\n`;
}

function escapeUnicode(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
