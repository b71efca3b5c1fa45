import { UserError } from '../kernel/errors/user-error.js';
import { hasOtherCharset } from '../view/text/charset.js';
import { LANGUAGES } from '../view/words/index.js';

export { LANGUAGES };

/**
 * The language to speak, one of LANGUAGES: what `--lang` says, else TSLAB_LANG, else the locale, else `en`.
 * Throws UserError (2) where `--lang` or TSLAB_LANG is none that tslab speaks; a locale may be any.
 */
export function chooseLanguage(option: string | undefined, env: NodeJS.ProcessEnv): string {
  if (option !== undefined) return languageNamed(option, '--lang');
  if (env.TSLAB_LANG) return languageNamed(env.TSLAB_LANG, 'TSLAB_LANG');
  // What is printed is UTF-8; in English it is ASCII wherever the terminal takes no other.
  if (hasOtherCharset(env)) return 'en';
  return parseLanguage(env.LC_ALL || env.LC_MESSAGES || env.LANG || '') ?? 'en';
}

/** The language that a name means. Throws UserError (2) with all that there are, and `where` the name was given. */
export function languageNamed(name: string, where: string): string {
  const language = parseLanguage(name);
  if (language) return language;
  throw new UserError(`${where}: "${name}" is not a language of tslab`, 2, `There are: ${LANGUAGES.join(', ')}.`);
}

/** `zh` of `zh`, `zh-CN` and `zh_CN.UTF-8`; undefined for what tslab does not speak, such as the locale `C`. */
function parseLanguage(text: string): string | undefined {
  const name = /^([a-z]{2,3})(?:[-_.@][\w.@-]*)?$/i.exec(text)?.[1]?.toLowerCase();
  return LANGUAGES.find((language) => language === name);
}
