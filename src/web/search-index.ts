import { LESSON_IDS } from '../../labs/catalogue.js';
import { loadLesson } from '../lesson/lesson.js';
import { passagesOf } from '../view/search/passages.js';

/**
 * All that can be found in the pages of a language. It is a script, since a page from a disk may load no data (file://), and of its own,
 * since most pages are read without it.
 */
export function searchIndex(language: string): string {
  const passages = LESSON_IDS.flatMap((id) => passagesOf(loadLesson(id, language), id));
  return `globalThis.tslabPassages=${JSON.stringify(passages)};\n`;
}
