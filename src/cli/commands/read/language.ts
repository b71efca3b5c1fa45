import type { Lesson } from '../../../lesson/lesson.js';

/** That of the edition, which is English where the lesson is not translated. */
export function languageOf({ file }: Lesson): string {
  return file.split('/')[1] ?? 'en';
}
