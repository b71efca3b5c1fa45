import { chooseLanguage } from '../../../terminal/language.js';
import type { Pager } from '../../../terminal/pager.js';
import { withParts } from '../../../view/document/chapters.js';
import {
  chapterNodes,
  contentsNode,
  lessonNodes,
  nextNode,
  type Request,
  titleNode,
} from '../../../view/document/lesson.js';
import { shortName } from '../../../view/document/links.js';
import type { Node } from '../../../view/document/nodes.js';
import { type Abilities, formatNodes, pageOf } from '../../../view/reader/index.js';
import { breakPages } from '../../../view/reader/page-break.js';
import type { Sink } from '../../../view/view.js';
import { wordsIn } from '../../../view/words/index.js';
import { languageOf } from './lessons.js';
import type { Reading } from './options.js';
import { loadTranscripts } from './transcripts.js';

/** The lines of what is read, as this terminal and this pager can show it. */
export async function readingLines(reading: Reading, sink: Sink, pager: Pager | undefined): Promise<string[]> {
  const request = await requestOf(reading, pager);
  const nodes = nodesOf(reading, request);
  if (reading.options.plain) return (await import('../../../view/document/plain.js')).sayNodes(nodes, request);
  const page = pageOf(sink, await abilities(sink, pager), request);
  // The last row is the pager's own.
  return breakPages(formatNodes(nodes, page), { rows: Math.max(process.stdout.rows - 1, 1), columns: page.width });
}

async function requestOf({ id, lesson, chapters, options }: Reading, pager: Pager | undefined): Promise<Request> {
  const sections = chapters.flatMap(({ section, parts }) => [section, ...parts.map((part) => part.section)]);
  const shown = options.toc ? { opening: [], sections: [] } : { opening: lesson.opening, sections };
  const wanted = chooseLanguage(options.lang, process.env);
  return {
    name: shortName(id),
    answers: options.answers ?? false,
    overleaf: pager !== undefined,
    hints: options.hints ?? 0,
    words: wordsIn(languageOf(lesson)),
    ...(wanted !== languageOf(lesson) && { notice: wordsIn(wanted).reader.notTranslated }),
    itemsOf: await loadTranscripts(id, shown),
  };
}

/** All of the lesson, its contents, or the chapters that were asked for and what comes next. */
function nodesOf({ id, lesson, chapters, isWhole, options, next }: Reading, request: Request): Node[] {
  if (options.toc) return [titleNode(lesson, id, request), contentsNode(withParts(chapters), request)];
  if (isWhole) return lessonNodes(lesson, id, chapters, request);
  const asked = chapters.flatMap((chapter) => chapterNodes(chapter, id, request));
  return next === undefined ? asked : [...asked, nextNode(next, request)];
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
