import { ENGLISH } from './en/index.js';
import { CHINESE } from './zh/index.js';

/** What tslab says itself, in one language: a word that is missing does not compile. */
export type Words = typeof ENGLISH;

const TABLES = { en: ENGLISH, zh: CHINESE } satisfies Record<string, Words>;

export type Language = keyof typeof TABLES;

/** The languages that there are; each has its own folder of lessons. */
export const LANGUAGES = Object.keys(TABLES) as Language[];

/** The words in a language (`zh`); English where there are none, or where none is named. */
export function wordsIn(language = 'en'): Words {
  return TABLES[language as Language] ?? ENGLISH;
}
