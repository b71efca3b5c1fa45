import { chooseLanguage } from '../../terminal/language.js';
import { wordsIn } from '../../view/words/index.js';
import type { GlobalOptions } from '../command.js';
import { labsIn } from './list.js';

/** Ctrl-C or Esc; as a shell tells the death by SIGINT. */
const INTERRUPTED = 130;

/** Lets a person choose a lab, and runs it. The exit status. */
export async function menu({ color, lang }: GlobalOptions, run: (id: string) => Promise<number>): Promise<number> {
  const language = chooseLanguage(lang, process.env);
  const prompt = await loadPrompt(color);
  process.stdin.prependListener('keypress', hideCtrl);
  const choice = await prompt<{ lab: string }>(question(language)).catch(() => undefined);
  process.stdin.off('keypress', hideCtrl);
  if (choice === undefined) return INTERRUPTED;
  return choice.lab === QUIT ? 0 : run(choice.lab);
}

/**
 * Keeps Ctrl-C from readline, which would close itself before enquirer (2.4) pauses it: an error since Node 24.2, see
 * https://github.com/enquirer/enquirer/issues/483. Enquirer itself looks at the character, not at this description of it.
 */
function hideCtrl(_character: string | undefined, key: { ctrl: boolean }): void {
  key.ctrl = false;
}

/** Enquirer's colours know one variable only, and look at it when they are loaded. */
async function loadPrompt(color: boolean) {
  if (!color || process.env.NO_COLOR) process.env.FORCE_COLOR = '0';
  return (await import('enquirer')).default.prompt;
}

const QUIT = 'quit';

function question(language: string) {
  const labs = labsIn(language);
  const { whichLab, leave } = wordsIn(language).lessons;
  const width = Math.max(...labs.map(({ id }) => id.length)) + 2;
  const choices = labs.map(({ id, title }) => ({ name: id, message: `${id.padEnd(width)}${title}` }));
  return {
    type: 'select' as const,
    name: 'lab',
    message: whichLab,
    choices: [...choices, { name: QUIT, message: leave }],
  };
}
