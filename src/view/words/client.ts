import { client as en } from './en/client.js';
import { client as zh } from './zh/client.js';

/** What the script of a page says to the reader. */
export type Words = typeof en;

/** The words in the language of the page (`zh-Hans`); English where there are none. */
export function wordsIn(language: string): Words {
  return language.startsWith('zh') ? zh : en;
}
