import { LESSON_IDS } from '../../../labs/catalogue.js';
import { readHead } from '../../lesson/front-matter.js';
import type { LessonEntry } from '../../view/html/navigation.js';

/** The folder of the pages: each has its language in its address, `/en/03-cgroups.html`. */
export const BASE = '/';

/** What a list of lessons says of each. */
export function lessonEntries(language: string): LessonEntry[] {
  return LESSON_IDS.map((id) => {
    const { title, summary, minutes } = readHead(id, language);
    return { id, title, summary, minutes };
  });
}
