import { expect, it } from 'vitest';
import { EXERCISES } from '../../../exercises/catalogue.js';
import type { ExerciseEvent, FactSeen } from '../../../src/exercise/events.js';
import { loadText } from '../../../src/exercise/text.js';
import { formatAttempt, formatTask } from '../../../src/view/exercise/card.js';
import { screenOf } from '../../../src/view/terminal/screen.js';
import { wordsIn } from '../../../src/view/words/index.js';

const EXERCISE = '12-build-it';
const SCREEN = screenOf({ columns: 80, color: 0, unicode: true, language: 'en', write: async () => true });
const text = loadText(EXERCISE, 'en');

/** Twelve calls, and all facts, of which the fifth is the first that does not hold. */
const events: ExerciseEvent[] = [
  ...Array.from({ length: 12 }, (_, i) => call(`chdir("/${i}")`)),
  ...[...text.facts.keys()].map(
    (fact, i): FactSeen => ({
      ...{ type: 'fact', exercise: EXERCISE, fact, held: i < 4 },
      ...(i < 5 ? { at: `/proc/${i}`, says: 'x' } : { at: null, says: null }),
    }),
  ),
];
const card = { id: EXERCISE, text, language: 'en', events, hints: 0 };

it('shows each fact and the last calls where there is room', () => {
  const lines = formatAttempt(card, SCREEN);
  expect(lines.filter((line) => /chdir/.test(line))).toHaveLength(10);
  expect(lines.filter((line) => /^ [✓✗·]/.test(line))).toHaveLength(text.facts.size);
});

it.each([18, 13])('counts facts that hold and that are to come in %s rows, and shows fewer calls', (rows) => {
  const lines = formatAttempt(card, SCREEN, rows);
  expect(lines.length).toBeLessThanOrEqual(rows);
  expect(lines).toContain(' ✓ 4 facts hold');
  expect(lines).toContain(` · ${text.facts.size - 5} more facts`);
  expect(lines.join('\n')).toContain('/proc/4: x');
  expect(lines.join('\n')).toContain('chdir("/11")');
});

/** Of 24: a row says what the kernel says, and the others are the shell's. */
const MOST_ROWS = 16;

it.each(EXERCISES)('leaves a shell, or a file and its calls, room beside the task of $id in 24 rows', ({ id }) => {
  for (const language of ['en', 'zh']) {
    const task = { ...card, id, language, text: loadText(id, language) };
    expect(formatTask(task, { ...SCREEN, words: wordsIn(language) }).length).toBeLessThan(MOST_ROWS);
  }
});

function call(told: string): ExerciseEvent {
  return { type: 'syscall', step: '', by: 'child', name: 'chdir', args: [], result: 0, text: told };
}
