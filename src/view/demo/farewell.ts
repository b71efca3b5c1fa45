import type { Summary } from '../run/items.js';
import { nameWithStep } from '../run/sentences.js';
import { formatCheck } from '../terminal/checks.js';
import type { Screen } from '../terminal/screen.js';
import { formatEnd } from '../terminal/summary.js';
import { wrap } from '../text/wrap.js';
import type { Demo } from './state.js';

/** What stays on the terminal: how the lab ended or, where it was left before, how far it was shown and what became of the host. */
export function farewell({ script, told, end }: Demo, summary: Summary | undefined, screen: Screen): string[] {
  if (end) return formatEnd(end, screen);
  const text = screen.words.leftAt(script.id, Math.max(told.length, 1), script.steps.length);
  const broken = (summary?.broken ?? []).filter((check) => check !== summary?.host);
  return [
    ...wrap([{ text, paint: screen.paint.bold }], screen.width),
    ...broken.flatMap((check) => formatCheck(check, screen, nameWithStep(check, screen.words))),
    ...(summary?.host ? formatCheck(summary.host, screen) : []),
  ];
}
