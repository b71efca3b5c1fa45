import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../labs/catalogue.js';
import { arrange } from '../../../src/view/run/index.js';
import type { Item } from '../../../src/view/run/items.js';
import { formatItem } from '../../../src/view/terminal/index.js';
import { type Screen, screenOf } from '../../../src/view/terminal/screen.js';
import { displayWidth } from '../../../src/view/text/width.js';
import { type Words, wordsIn } from '../../../src/view/words/index.js';
import { commandFor, keptOf, keptScreens } from '../../support/golden.js';
import { COLUMNS, LANGUAGES, LOOKS, type Look, nameOf, narratedRun, PACES, screensOf } from '../../support/screens.js';
import { Terminal } from './paced-reader.js';

const LABS = CATALOGUE.map(({ id }) => id);

describe.each(LABS)('each step of %s', (lab) => {
  it.each(LOOKS.map((look) => [nameOf(look), look] as const))('looks as it did (%s)', async (_, look) => {
    const [kept, now] = [keptScreens(lab, look), await screensOf(lab, look)];
    for (const [step, screen] of now) {
      expect(keptOf(screen, look), explain(lab, step, look)).toBe(kept.get(step));
      expect(tooWide(screen, look), explain(lab, step, look)).toEqual([]);
    }
    expect([...kept.keys()], `the steps of ${lab}: \`npm run golden\` writes them anew`).toEqual([...now.keys()]);
  });

  it.each(PACES)('has no line that is wider than 20 columns (%s)', async (pace) => {
    for (const look of LANGUAGES.map((language) => ({ pace, language, columns: 20, rows: 1000 })))
      for (const [step, screen] of await screensOf(lab, look))
        expect(tooWide(screen, look), explain(lab, step, look)).toEqual([]);
  });

  it.each(LANGUAGES)('says the same in 20, 60, 80 and 120 columns (%s)', async (language) => {
    const [unwrapped, ...screens] = [1000, 20, ...COLUMNS].map((columns) =>
      screenOf(new Terminal(columns, language).sink),
    );
    for await (const item of arrange(narratedRun(lab, language))) {
      if (item.type === 'measure') continue; // A plot is as wide as the screen.
      const said = formatItem(item, unwrapped as Screen).flatMap((line) => wordsOf(line, item, wordsIn(language)));
      for (const screen of screens) {
        const lines: string[] = formatItem(item, screen);
        const squeezed = lines.map(bare).join('');
        const lost = said.filter((words) => !squeezed.includes(words));
        if (lost.length > 0) expect.fail(`in ${screen.width} columns lost: ${lost.join(' ')}\n${lines.join('\n')}`);
      }
    }
  });
});

/** Which screen, and how to see it. */
function explain(lab: string, step: string, look: Look): string {
  const { columns, language, pace } = look;
  const command = commandFor(lab, step, look);
  return `step ${step} of ${lab} in ${columns} columns, ${language}, ${pace}: \`${command}\` shows it, \`npm run golden\` accepts all`;
}

/** The line of the keys stands in brackets. */
function tooWide(screen: string, { columns }: Look): string[] {
  return screen.split('\n').filter((line) => displayWidth(line.replace(/^\[(.*)\]$/, '$1')) > columns);
}

/** What stands in a line, apart from marks, and from what only side by side has: a heading for each column, the id of a step. */
function wordsOf(line: string, item: Item, { before, after }: Words): string[] {
  const parts = line.replace(/^ {2}[~+!-] /, '').split(/[│━]| {2,}/);
  const beside = item.type === 'change' ? [before, after] : item.type === 'step' ? [item.id] : [];
  return parts.filter((part) => !beside.includes(part.trim())).map(bare);
}

function bare(line: string): string {
  return line.replace(/^ {2}! |[\s│━]/g, '');
}
