import { CATALOGUE, type CatalogueEntry, LESSON_IDS } from '../../../../labs/catalogue.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { readHead } from '../../../lesson/front-matter.js';
import type { Lesson } from '../../../lesson/lesson.js';
import { nearest } from '../../../state/nearest.js';

/** The labs with the titles and summaries of an edition. */
export function labsIn(language: string): readonly CatalogueEntry[] {
  if (language === 'en') return CATALOGUE;
  return CATALOGUE.map((lab) => {
    const { title, summary } = readHead(lab.id, language);
    return { ...lab, title, summary };
  });
}

/** The id of the lesson that a word means: `03-cgroups` for `3`, `03` or `cgroups`. Throws UserError that lists all. */
export function findLesson(word: string): string {
  const found = LESSON_IDS.find((id) => namesOf(id).includes(word));
  if (found) return found;
  const like = nearest(word, LESSON_IDS.flatMap(namesOf));
  const guess = like === undefined ? '' : ` Did you mean ${like}?`;
  const remedy = `There are: ${LESSON_IDS.join(', ')}. \`tslab read\` tells what they are about.`;
  throw new UserError(`There is no lesson "${word}".${guess}`, 2, remedy);
}

/** `03-cgroups`, `cgroups`, `03`, `3`. */
function namesOf(id: string): string[] {
  const [, number, name] = /^(\d\d)-(.*)$/.exec(id) ?? [];
  if (number === undefined || name === undefined) return [id];
  return [id, name, number, String(Number(number)), ...(number === '00' ? ['intro'] : [])];
}

/** That of the edition, which is English where the lesson is not translated. */
export function languageOf({ file }: Lesson): string {
  return file.split('/')[1] ?? 'en';
}
