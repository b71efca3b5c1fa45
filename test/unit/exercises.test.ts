import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXERCISES } from '../../exercises/catalogue.js';
import { CATALOGUE } from '../../labs/catalogue.js';
import { CALLS } from '../../src/exercise/definition.js';
import { type ExerciseText, parseText } from '../../src/exercise/text.js';
import { isTranslated } from '../support/translations.js';

describe('the catalogue of exercises', () => {
  it('lists every folder in exercises/, and no other, lab by lab', () => {
    const folders = readdirSync('exercises').filter((name) => existsSync(`exercises/${name}/exercise.ts`));
    expect(EXERCISES.map(({ id }) => id).sort()).toEqual(folders.sort());
    const labs = EXERCISES.map(({ id }) => id.slice(0, 2));
    expect(labs).toEqual([...labs].sort());
    expect([...new Set(labs)].filter((lab) => !CATALOGUE.some(({ id }) => id.startsWith(lab)))).toEqual([]);
  });
});

describe.each(EXERCISES)('$id', ({ id, form, load }) => {
  it('is what the catalogue says of it', async () => expect(await load()).toMatchObject({ id, form }));

  it('has at least two wrong answers, each with a fact of its own that it fails', async () => {
    const { facts, wrong } = await load();
    expect(Object.keys(wrong).length).toBeGreaterThan(1);
    const known: readonly string[] = form === 'list' ? [CALLS, ...facts] : facts;
    expect(Object.values(wrong).filter((fact) => !known.includes(fact))).toEqual([]);
  });

  it('has a file for its start, its solution and each wrong answer, and no other', async () => {
    const { wrong } = await load();
    const ending = form === 'list' ? 'mjs' : 'sh';
    const answers = ['solution', ...Object.keys(wrong).map((name) => `wrong-${name}`)].map(
      (name) => `${name}.${ending}`,
    );
    const files = [...answers, ...(form === 'list' ? ['start.mjs'] : []), 'en.md', 'exercise.ts'];
    const found = readdirSync(`exercises/${id}`).filter((name) => name !== 'zh.md');
    expect(found.sort()).toEqual(files.sort());
  });

  const editions = ['en', 'zh'].filter((language) => isTranslated(textFile(id, language)));

  it.each(editions)('has its text in %s, with what is said of each fact', async (language) => {
    const { facts } = await load();
    expect([...textOf(id, language).facts.keys()]).toEqual([...facts]);
  });

  it.each(editions.filter((language) => language !== 'en'))('says the same in English and %s', (language) => {
    const codes = ({ goal, start, hints, explanation }: ExerciseText) =>
      [goal, start, ...hints, explanation].map((text) => [...text.matchAll(/`[^`]+`/g)].map(String).sort());
    expect(codes(textOf(id, language))).toEqual(codes(textOf(id, 'en')));
  });
});

function textFile(id: string, language: string): string {
  return `exercises/${id}/${language}.md`;
}

function textOf(id: string, language: string): ExerciseText {
  const file = textFile(id, language);
  return parseText(readFileSync(file, 'utf8'), file);
}
