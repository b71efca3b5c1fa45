import { UserError } from '../kernel/errors/user-error.js';
import { chooseLanguage } from './language.js';
import { sayThrough } from './said.js';

/** From now on messages are in the language that the words of the command line ask for. Docker's commands speak as Docker does, and do without. */
export async function speak(words: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const language = languageOf(words, env);
  if (language === 'en') return;
  const { messageIn } = await import('../lesson/names.js');
  sayThrough((english) => messageIn(language, english));
}

/** A language that there is not is refused by the command itself, in the one that would be spoken without. */
function languageOf(words: readonly string[], env: NodeJS.ProcessEnv): string {
  const at = words.findLastIndex((word) => /^--lang(=|$)/.test(word));
  const named = at === -1 ? undefined : (/=(.*)/s.exec(words[at] as string)?.[1] ?? words[at + 1]);
  try {
    return chooseLanguage(named, env);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return named === undefined ? 'en' : languageOf([], env);
  }
}
