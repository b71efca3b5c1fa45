import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXERCISES } from '../../exercises/catalogue.js';
import { CATALOGUE } from '../../labs/catalogue.js';
import { CALLS } from '../../src/exercise/definition.js';
import { type ExerciseText, parseText } from '../../src/exercise/text.js';

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
    const files = [...answers, ...(form === 'list' ? ['start.mjs'] : []), 'en.md', 'zh.md', 'exercise.ts'];
    expect(readdirSync(`exercises/${id}`).sort()).toEqual(files.sort());
  });

  it.each(['en', 'zh'])('has its text in %s, with what is said of each fact', async (language) => {
    const { facts } = await load();
    expect([...textOf(id, language).facts.keys()]).toEqual([...facts]);
  });

  it('says the same in both languages', () => {
    const codes = ({ goal, start, hints, explanation }: ExerciseText) =>
      [goal, start, ...hints, explanation].map((text) => [...text.matchAll(/`[^`]+`/g)].map(String).sort());
    expect(codes(textOf(id, 'zh'))).toEqual(codes(textOf(id, 'en')));
  });
});

function textOf(id: string, language: string): ExerciseText {
  const file = `exercises/${id}/${language}.md`;
  return parseText(readFileSync(file, 'utf8'), file);
}
