import { CALLS } from '../../exercise/definition.js';
import type { ExerciseText } from '../../exercise/text.js';
import { messageIn } from '../../lesson/names.js';
import type { FactReport, PracticeReport } from '../../state/practice-report.js';
import { withoutMarks } from '../text/markdown.js';
import { visibleLine } from '../text/visible.js';
import { type Words, wordsIn } from '../words/index.js';
import { type Html, html } from './html.js';
import { documentHtml } from './layout.js';
import { inlineHtml, markdownHtml } from './markdown.js';

/** An exercise, and how far somebody is with it. */
export interface ExerciseSpec {
  readonly id: string;
  readonly language: string;
  /** Where the style sheet, the script and the folders of the languages are, with a slash at the end. */
  readonly base: string;
  readonly text: ExerciseText;
  /** Its facts, in their order, with that of a list. */
  readonly facts: readonly string[];
  /** The lesson that it belongs to. */
  readonly lesson: string;
  readonly report?: PracticeReport | undefined;
}

/** The task, and the facts: the work is done at a terminal, and the page follows. */
export function renderExercise(spec: ExerciseSpec): string {
  const { id, text, language, base } = spec;
  const words = wordsIn(language);
  const foreign = text.language !== language && html`<p class="callout note">${words.reader.notTranslated}</p>`;
  return documentHtml({
    ...spec,
    title: `${withoutMarks(text.title)} · tslab`,
    description: withoutMarks(text.summary),
    file: `exercises/${id}.html`,
    data: { page: 'exercise' },
    body: html`<main id="text" class="exercise">
<p><a href="${base}${language}/${spec.lesson}.html#exercises">${words.exercise.page.lesson(spec.lesson)}</a></p>
<h1>${inlineHtml(text.title)}</h1>
<p class="summary">${inlineHtml(text.summary)}</p>${foreign}
${markdownHtml(text.goal, words)}${markdownHtml(text.start, words)}
<pre><code>tslab exercise ${id}</code></pre>
<h2 id="facts">${words.exercise.page.facts}</h2>
<div data-live-facts="${base}${language}/exercises/${id}/facts" aria-live="polite" aria-labelledby="facts">${factsHtml(spec)}</div>
${text.hints.map((hint, i) => hintHtml(hint, words.exercise.hint(i + 1, text.hints.length), words))}
</main>`,
  });
}

function hintHtml(hint: string, title: string, words: Words): Html {
  return html`<details><summary>${title}</summary>${markdownHtml(hint, words)}</details>
`;
}

/** What the engine has seen last; what is to be read when all facts hold. */
export function factsHtml({ id, text, facts, report, language }: ExerciseSpec): Html {
  const words = wordsIn(language);
  const { page, solvedNow } = words.exercise;
  const seen = new Map(report?.facts.map((fact) => [fact.fact, fact]));
  const isSolved = facts.every((fact) => seen.get(fact)?.held);
  const state = isSolved ? solvedNow : report === undefined ? page.notBegun : report.isLive ? page.live : page.left;
  return html`<p class="facts-state">${state}</p>
<ul class="facts" data-exercise="${id}">${facts.map((fact) => factHtml(seen.get(fact) ?? { fact, held: false }, text, language))}</ul>
${isSolved && markdownHtml(text.explanation, words)}`;
}

function factHtml(seen: FactReport, text: ExerciseText, language: string): Html {
  const words = wordsIn(language);
  const isList = seen.fact === CALLS;
  const said = isList ? { ...words.exercise.calls, hint: '' } : text.facts.get(seen.fact);
  if (said === undefined) return html``;
  if (seen.held) return lineHtml('held', '✓', html`${inlineHtml(said.held)}`, words.page.held);
  if (seen.at === undefined) return lineHtml('open', '·', html`${inlineHtml(said.held)}`, words.exercise.page.open);
  const [at, says] = [seen.at, seen.says ?? ''].map((one) => messageIn(language, one));
  const found = html`<p class="found"><samp>${visibleLine(isList ? `${says}` : `${at}: ${says}`)}</samp></p>`;
  const help = said.hint !== '' && html`<p>${inlineHtml(said.hint)}</p>`;
  return lineHtml('failed', '✗', html`<p>${inlineHtml(said.broken)}</p>${found}${help}`, words.page.failed);
}

function lineHtml(state: 'held' | 'failed' | 'open', mark: string, inside: Html, word: string): Html {
  return html`<li class="${state}"><span class="mark" aria-hidden="true">${mark}</span><div><span class="aside">${word}</span> ${inside}</div></li>
`;
}
