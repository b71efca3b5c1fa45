import type { Pager } from '../../../terminal/pager.js';
import { withParts } from '../../../view/reader/chapters.js';
import { formatContents, formatNext, formatTitle } from '../../../view/reader/contents.js';
import { type Abilities, formatLesson, pageOf } from '../../../view/reader/index.js';
import { shortName } from '../../../view/reader/links.js';
import { type Page, type Request, stack } from '../../../view/reader/page.js';
import { formatChapter } from '../../../view/reader/section.js';
import type { Sink } from '../../../view/view.js';
import { wordsIn } from '../../../view/words/index.js';
import { languageOf } from './lessons.js';
import type { Reading } from './options.js';
import { loadTranscripts } from './transcripts.js';

/** The lines of what is read, as this terminal and this pager can show it. */
export async function readingLines(reading: Reading, sink: Sink, pager: Pager | undefined): Promise<string[]> {
  const request = await requestOf(reading);
  if (reading.options.plain) return say(reading, request);
  return format(reading, pageOf(sink, await abilities(sink, pager), request));
}

async function requestOf({ id, lesson, chapters, options }: Reading): Promise<Request> {
  const sections = chapters.flatMap(({ section, parts }) => [section, ...parts.map((part) => part.section)]);
  const shown = options.toc ? { opening: [], sections: [] } : { opening: lesson.opening, sections };
  return {
    name: shortName(id),
    answers: options.answers ?? false,
    hints: options.hints ?? 0,
    words: wordsIn(languageOf(lesson)),
    itemsOf: await loadTranscripts(id, shown),
  };
}

async function say({ id, lesson, chapters, options, next }: Reading, request: Request): Promise<string[]> {
  const plain = await import('../../../view/reader/plain.js');
  if (options.toc) return plain.sayContents(withParts(chapters), request);
  if (options.section === undefined) return plain.sayLesson(lesson, id, chapters, request);
  const after = next === undefined ? [] : [plain.sayNext(next, request)];
  return [...chapters.flatMap((chapter) => plain.sayChapter(chapter, id, request)), ...after];
}

function format({ id, lesson, chapters, options, next }: Reading, page: Page): string[] {
  if (options.toc) return stack([formatTitle(lesson, id, page), formatContents(withParts(chapters), page)]);
  if (options.section === undefined) return formatLesson(lesson, id, chapters, page);
  const after = next === undefined ? [] : [formatNext(next, page)];
  return stack([...chapters.map((chapter) => formatChapter(chapter, id, page)), ...after]);
}

/** Grammars are loaded for those only who see colours. */
async function abilities({ color }: Sink, pager: Pager | undefined): Promise<Abilities> {
  const { highlight } = color > 0 ? await import('../../../view/highlight.js') : {};
  return { hyperlinks: color > 0 && (await canLink(pager)), ...(highlight && { highlight }) };
}

async function canLink(pager: Pager | undefined): Promise<boolean> {
  if (!process.stdout.isTTY) return false;
  const [{ showsHyperlinks }, { passesHyperlinks }] = await Promise.all([
    import('../../../terminal/hyperlinks.js'),
    import('../../../terminal/pager.js'),
  ]);
  return showsHyperlinks(process.env) && passesHyperlinks(pager);
}
