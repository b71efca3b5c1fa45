import { describe, expect, it } from 'vitest';
import { EXERCISES, exercisesOf } from '../../../exercises/catalogue.js';
import { CATALOGUE } from '../../../labs/catalogue.js';
import { loadText } from '../../../src/exercise/text.js';
import { chaptersOf } from '../../../src/lesson/chapters.js';
import { loadLesson } from '../../../src/lesson/lesson.js';
import { chapterNodes } from '../../../src/view/document/lesson.js';
import { sayNodes } from '../../../src/view/document/plain.js';
import { withExercises } from '../../../src/view/exercise/in-lesson.js';
import { formatNodes } from '../../../src/view/reader/index.js';
import { renderLesson } from '../../../src/web/server/lesson-page.js';
import { pageFor, sampleRequest } from './reader/reading.js';

const LANGUAGES = ['en', 'zh'] as const;
const LESSONS = CATALOGUE.flatMap(({ id }) => LANGUAGES.map((language) => ({ id, language })));

describe.each(LESSONS)('the chapter of exercises of $id in $language', ({ id, language }) => {
  const lesson = withExercises(loadLesson(id, language), exercisesOf(id), { language });
  const chapter = chaptersOf(lesson.sections).find((one) => one.id === 'exercises');
  if (chapter === undefined) throw new Error(`${id} has no chapter of exercises`);

  it('leads at a terminal, and read aloud, to each that is done there, with its command and title', async () => {
    const request = await sampleRequest(language);
    const nodes = chapterNodes(chapter, id, request);
    const wide = formatNodes(nodes, pageFor({ columns: 80 }, request)).join('\n');
    const said = sayNodes(nodes, request).join('\n');
    for (const exercise of exercisesOf(id)) {
      expect(wide).toContain(`tslab exercise ${exercise}`);
      expect(said).toContain(`- tslab exercise ${exercise}${request.words.colon}${loadText(exercise, language).title}`);
    }
    expect(said.split('tslab exercise ').length - 1).toBe(exercisesOf(id).length);
  });

  it('leads to them in its page', async () => {
    const page = await renderLesson(id, { language, base: '../', run: 'none' });
    const links = [...page.matchAll(/<code>tslab exercise ([\w-]+)<\/code>/g)].map(([, one]) => one);
    expect(links).toEqual(exercisesOf(id));
  });
});

describe('the lessons', () => {
  it('lead to every exercise there is', () => {
    expect(CATALOGUE.flatMap(({ id }) => exercisesOf(id))).toEqual(EXERCISES.map(({ id }) => id));
  });
});
