import { describe, expect, it } from 'vitest';
import { LESSON_IDS } from '../../../labs/catalogue.js';
import { handoutOf } from '../../../src/lesson/handout.js';
import { loadLesson } from '../../../src/lesson/lesson.js';
import { renderHandout } from '../../../src/view/handout.js';
import { displayWidth } from '../../../src/view/text/width.js';
import { wordsIn } from '../../../src/view/words/index.js';

const LESSONS = LESSON_IDS.flatMap((id) => ['en', 'zh'].map((language) => [id, language] as const));

function sheet(id: string, language: string): string {
  return renderHandout(handoutOf(loadLesson(id, language)), id, wordsIn(language));
}

/** Without spaces and line ends, which are set anew. */
function squeezed(text: string): string {
  return text.replace(/\s+/g, '');
}

describe('a handout', () => {
  it.each(LESSONS)('of %s in %s has every question with its choices, and marks none of them', (id, language) => {
    const text = squeezed(sheet(id, language));
    const predicts = loadLesson(id, language).sections.flatMap(({ blocks }) =>
      blocks.filter((block) => block.type === 'predict'),
    );
    for (const { question, choices } of predicts) {
      expect(text).toContain(squeezed(question));
      for (const choice of choices)
        expect(text).toContain(`-[]${squeezed(`${'abcdef'[choices.indexOf(choice)]})${choice.text}`)}`);
    }
    expect(text).not.toContain('[x]');
  });

  it.each(LESSONS)(
    'of %s in %s tells no answer: no reason, no hint, no note, no title of a step, no summary',
    (id, language) => {
      const text = squeezed(sheet(id, language));
      const headings = squeezed(
        sheet(id, language)
          .match(/^##.*$/gm)
          ?.join() ?? '',
      );
      const { sections, summary } = loadLesson(id, language);
      expect(text).not.toContain(squeezed(summary));
      for (const { blocks, predict, title } of sections) {
        for (const block of blocks) {
          if (block.type === 'hint' || block.type === 'notes') expect(text).not.toContain(squeezed(block.text));
          if (block.type === 'predict') expect(text).not.toContain(squeezed(block.why));
        }
        if (predict) expect(headings).not.toContain(squeezed(title));
      }
      expect(text).not.toContain(':::');
    },
  );

  it('has the exercises, and code as it stands in the lesson', () => {
    expect(sheet('01-pid-namespace', 'en')).toMatch(/^## Exercises to think about$.*^### 3\. kill -9 -1$/ms);
    expect(sheet('01-pid-namespace', 'en')).toMatch(/^```sh\n.*\n```$/m);
  });

  it('fits on a sheet of paper', () => {
    const lines = sheet('03-cgroups', 'zh')
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(80);
  });
});
