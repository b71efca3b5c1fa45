import { ENGLISH } from './en.js';
import type { Words } from './words.js';
import { CHINESE } from './zh.js';

const LANGUAGES: Readonly<Record<string, Words>> = { en: ENGLISH, zh: CHINESE };

/** The words in a language (`zh`); English where there are none, or where none is named. */
export function wordsIn(language = 'en'): Words {
  return LANGUAGES[language] ?? ENGLISH;
}
