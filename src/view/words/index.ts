import { ENGLISH } from './en.js';
import type { Words } from './words.js';
import { CHINESE } from './zh.js';

const WORDS: Readonly<Record<string, Words>> = { en: ENGLISH, zh: CHINESE };

/** All languages that tslab speaks. */
export const LANGUAGES: readonly string[] = Object.keys(WORDS);

/** The words in a language (`zh`); English where there are none, or where none is named. */
export function wordsIn(language = 'en'): Words {
  return WORDS[language] ?? ENGLISH;
}
