import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../../../../labs/catalogue.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import type { Lesson } from '../../../lesson/lesson.js';
import { nearest } from '../../../state/nearest.js';
import { packageRoot } from '../../../state/package-root.js';
import { plannedLab } from '../../planned.js';

const INTRODUCTION = '00-introduction';
const GLOSSARY = 'glossary';

/** The introduction, the lesson of each lab, and the glossary, by id, in the order in which they are read. */
export function allLessons(): string[] {
  return [INTRODUCTION, ...CATALOGUE.map(({ id }) => id), GLOSSARY].filter((id) => existsSync(lessonFile(id, 'en')));
}

/** The id of the lesson that a word means: `03-cgroups` for `3`, `03` or `cgroups`. Throws UserError that lists all. */
export function findLesson(word: string): string {
  const all = allLessons();
  const found = all.find((id) => namesOf(id).includes(word));
  if (found) return found;
  const planned = plannedLab(word);
  if (planned) throw planned;
  const like = nearest(word, all.flatMap(namesOf));
  const guess = like === undefined ? '' : ` Did you mean ${like}?`;
  const remedy = `There are: ${all.join(', ')}. \`tslab read\` tells what they are about.`;
  throw new UserError(`There is no lesson "${word}".${guess}`, 2, remedy);
}

/** `03-cgroups`, `cgroups`, `03`, `3`. */
function namesOf(id: string): string[] {
  const [, number, name] = /^(\d\d)-(.*)$/.exec(id) ?? [];
  if (number === undefined || name === undefined) return [id];
  return [id, name, number, String(Number(number)), ...(id === INTRODUCTION ? ['intro'] : [])];
}

function lessonFile(id: string, language: string): string {
  return join(packageRoot(), `lessons/${language}/${id}.md`);
}

/** That of the edition, which is English where the lesson is not translated. */
export function languageOf({ file }: Lesson): string {
  return file.split('/')[1] ?? 'en';
}
