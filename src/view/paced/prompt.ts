import type { Predict } from '../../lesson/predict.js';
import { asks, type Demo, type Extent, heldNow, type Page } from '../demo/state.js';
import { letter } from '../run/sentences.js';
import { displayWidth, padToWidth } from '../text/width.js';
import { wrap } from '../text/wrap.js';
import type { PacedScreen } from './screen.js';

/** The keys that do something now, the most useful first, as many as fit in a line; or that the step is running. */
export function promptLine(demo: Demo, page: Page, extent: Extent, screen: PacedScreen): string {
  if (demo.lab === 'running' || demo.leaving) return screen.words.demo[demo.leaving ? 'ending' : 'running'];
  const hints = hintsOf(demo, page, extent, screen);
  const fitting = hints.map((_, count) => hints.slice(0, hints.length - count).join('   '));
  const least = asks(page) ? lettersOf(page.step.predict, screen.words) : screen.words.demo.keys.space;
  return ` ${fitting.find((text) => displayWidth(text) + 2 < screen.width) ?? least} `;
}

/** What goes on is always said; then how to see more of this step, how to leave, and where all this is explained. */
export function hintsOf(demo: Demo, page: Page, { lines, rows }: Extent, { words, fills }: PacedScreen): string[] {
  const { prompt } = words;
  const below = lines - rows - demo.scroll;
  if (below > 0) return [prompt.more(below), prompt.keys, prompt.quit];
  if (asks(page)) {
    return [prompt.choose(lettersOf(page.step.predict, words)), prompt.keys, prompt.quit];
  }
  const canTrace = page.kind === 'after' && !demo.traced.includes(page.step.id);
  return [
    prompt.goOn,
    ...(canTrace ? [prompt.trace] : []),
    ...(heldNow(demo)?.processes.length ? [prompt.shell, prompt.commands] : []),
    ...(fills ? [prompt.screen] : []),
    prompt.keys,
    prompt.quit,
  ];
}

/** `a, b, c` */
function lettersOf({ choices }: Predict, { comma }: PacedScreen['words']): string {
  return choices.map((_, index) => letter(index)).join(comma);
}

/** The same as a sentence on a line of its own; nothing while the step runs. */
export function plainPrompt(demo: Demo, page: Page, screen: PacedScreen): string {
  if (demo.lab === 'running' || demo.leaving) return '';
  const [goOn = ''] = hintsOf(demo, page, { lines: 0, rows: 0 }, screen);
  return `${screen.words.prompt.plainKeys(goOn)}\n`;
}

/** All keys, each with what it does. */
export function helpLines({ words, width, paint }: PacedScreen): string[] {
  const rows = words.prompt.help;
  const margin = Math.max(...rows.map(([keys]) => displayWidth(keys))) + 4;
  if (width < margin + 24) return rows.flatMap(([keys, meaning]) => wrap([{ text: `${keys}: ${meaning}` }], width, 2));
  return rows.flatMap(([keys, meaning]) =>
    wrap([{ text: meaning }], width - margin).map((line, row) =>
      row === 0 ? `  ${paint.bold(padToWidth(keys, margin - 2))}${line}` : `${' '.repeat(margin)}${line}`,
    ),
  );
}
