import { loadLesson } from '../../lesson/lesson.js';
import { type Term, termsOf } from '../../view/html/terms.js';

/** The words that a lesson links to the glossary, which links to none itself. */
export function termsFor(id: string, language: string): Term[] {
  return id === 'glossary' ? [] : termsOf(loadLesson('glossary', language), language);
}
