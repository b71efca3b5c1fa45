import { UserError } from '../kernel/errors/user-error.js';
import { hasOtherCharset } from '../view/text/charset.js';

/**
 * The language of the lessons as two or three letters: what `--lang` says, else TSLAB_LANG, else the locale, else `en`.
 * A lesson that is not translated comes in English. Throws UserError (2) where `--lang` or TSLAB_LANG is no language.
 */
export function chooseLanguage(option: string | undefined, env: NodeJS.ProcessEnv): string {
  if (option !== undefined) return parseLanguage(option) ?? refuse('--lang', option);
  if (env.TSLAB_LANG) return parseLanguage(env.TSLAB_LANG) ?? refuse('TSLAB_LANG', env.TSLAB_LANG);
  // What is printed is UTF-8; in English it is ASCII wherever the terminal takes no other.
  if (hasOtherCharset(env)) return 'en';
  return parseLanguage(env.LC_ALL || env.LC_MESSAGES || env.LANG || '') ?? 'en';
}

/** `zh` of `zh`, `zh-CN` and `zh_CN.UTF-8`; undefined for what is no language, such as the locale `C`. It becomes part of a path. */
export function parseLanguage(text: string): string | undefined {
  return /^([a-z]{2,3})(?:[-_.@][\w.@-]*)?$/i.exec(text)?.[1]?.toLowerCase();
}

function refuse(where: string, value: string): never {
  throw new UserError(`${where}: "${value}" is not a language`, 2, 'Give its two letters, such as en or zh.');
}
