import { UserError } from '../../kernel/errors/user-error.js';
import { handoutOf } from '../../lesson/handout.js';
import { loadLesson } from '../../lesson/lesson.js';
import { chooseLanguage } from '../../terminal/language.js';
import { NOBODY_READS } from '../../terminal/output.js';
import { said } from '../../terminal/said.js';
import { streamSink } from '../../view/sink.js';
import type { Define, GlobalOptions } from '../command.js';
import { findLesson, languageOf } from './read/lessons.js';

/** `tslab handout` */
export const define: Define = (command, choose) =>
  command
    .description("A lesson's questions and exercises without their answers, in Markdown, to be printed.")
    .argument('<lesson>', 'number, name or id')
    .addHelpText('after', said('\ntslab handout 01 | lpr, or tslab handout 01 > 01.md'))
    .action((lesson: string) => choose(() => handout(lesson, command.optsWithGlobals<GlobalOptions>())));

/** The exit status; throws UserError for a lesson that does not exist. */
async function handout(name: string, { json, lang, color }: GlobalOptions): Promise<number> {
  const id = findLesson(name);
  const lesson = loadLesson(id, chooseLanguage(lang, process.env));
  const language = languageOf(lesson);
  const sheet = handoutOf(lesson);
  if (sheet.questions.length + sheet.exercises.parts.length === 0) throw new UserError(`${id} asks nothing`, 2);
  const text = json ? `${JSON.stringify({ id, language, ...sheet })}\n` : await sheetText(sheet, id, language);
  return (await streamSink(process.stdout, color).write(text)) ? 0 : NOBODY_READS;
}

async function sheetText(sheet: ReturnType<typeof handoutOf>, id: string, language: string): Promise<string> {
  const [{ renderHandout }, { wordsIn }, { inCharset }] = await Promise.all([
    import('../../view/handout.js'),
    import('../../view/words/index.js'),
    import('../../view/text/charset.js'),
  ]);
  return inCharset(renderHandout(sheet, id, wordsIn(language)), language);
}
