import { basename } from 'node:path';
import { chaptersOf } from '../../lesson/chapters.js';
import type { Lesson } from '../../lesson/lesson.js';
import { withoutMarks } from '../text/markdown.js';
import { type Words, wordsIn } from '../words/index.js';
import { blocksHtml } from './blocks.js';
import { type Html, html, join } from './html.js';
import { documentHtml } from './layout.js';
import { inlineHtml } from './markdown.js';
import { type LessonEntry, neighboursHtml, tocHtml } from './navigation.js';
import { type LoadRun, type Recorded, renderRuns } from './recorded.js';
import { type PageLab, runPanelHtml } from './run-panel.js';
import { chapterHtml, type SectionSetting } from './sections.js';
import { linkTerms, type Term } from './terms.js';

/** What a page shows around a lesson. */
export interface PageSpec {
  /** Of the words around the lesson, and of its neighbours. */
  readonly language: string;
  /** Where the style sheet, the script and the folders of the languages are, with a slash at the end. */
  readonly base: string;
  /** Whether the lab can be run from the page, or a run that was recorded stands in it. */
  readonly run: 'live' | 'recorded' | 'none';
  /** All lessons, in order. */
  readonly lessons: readonly LessonEntry[];
  /** Absent for a text without a lab. */
  readonly lab?: PageLab;
  /** The words of the glossary; none for the glossary itself. */
  readonly terms?: readonly Term[];
  /** Gives the recorded runs of the lab, for transcripts. */
  readonly loadRun?: LoadRun;
}

/** A lesson as a whole page; its code is included already. Throws what `loadRun` throws. */
export async function renderPage(lesson: Lesson, spec: PageSpec): Promise<string> {
  const id = idOf(lesson);
  const setting = await settingOf(lesson, spec);
  return documentHtml({
    ...spec,
    title: `${withoutMarks(lesson.title)} · tslab`,
    description: withoutMarks(lesson.summary),
    file: `${id}.html`,
    data: { lesson: id, run: spec.run, ...(spec.lab && { lab: spec.lab.id }) },
    body: bodyHtml(lesson, spec, setting),
  });
}

/** What stands in the page between its head and its foot, for a page with more than that. */
export async function contentHtml(lesson: Lesson, spec: PageSpec): Promise<Html> {
  return textHtml(lesson, spec, await settingOf(lesson, spec));
}

async function settingOf(lesson: Lesson, spec: PageSpec): Promise<SectionSetting> {
  return {
    words: wordsIn(spec.language),
    run: spec.run,
    steps: spec.lab === undefined ? [] : [...spec.lab.steps, 'host'],
    skippable: spec.lab?.skippable ?? [],
    recorded: await recordedIn(lesson, spec),
  };
}

/** `03-cgroups` of lessons/en/03-cgroups.md. */
function idOf({ file }: Lesson): string {
  return basename(file, '.md');
}

/** Renders the runs that the page shows. */
async function recordedIn(lesson: Lesson, { run, lab, loadRun, language }: PageSpec): Promise<Recorded> {
  const blocks = [lesson.opening, ...lesson.sections.map((section) => section.blocks)].flat();
  const skips = blocks.flatMap((block) => (block.type === 'transcript' ? [block.skip] : []));
  if (run === 'recorded' && lab !== undefined) skips.push(undefined);
  return renderRuns(loadRun === undefined ? [] : skips, loadRun ?? (() => []), language);
}

function bodyHtml(lesson: Lesson, spec: PageSpec, setting: SectionSetting): Html {
  return html`<div class="lesson">
${tocHtml(chaptersOf(lesson.sections), setting.steps, setting.words)}
<main id="text"${isForeign(lesson, spec) && html` lang="en"`}>
${textHtml(lesson, spec, setting)}
</main>
</div>
${neighboursHtml(idOf(lesson), spec.lessons, setting.words)}`;
}

function textHtml(lesson: Lesson, spec: PageSpec, setting: SectionSetting): Html {
  const chapters = chaptersOf(lesson.sections).map((chapter) => chapterHtml(chapter, setting));
  return html`${headHtml(lesson, spec, setting.words)}
${blocksHtml(lesson.opening, setting)}
${spec.run === 'live' && spec.lab && runPanelHtml(spec.lab, setting.words)}
${linkTerms(html`${chapters}`, spec.terms ?? [])}`;
}

/** Whether the lesson is not translated, and comes in English. */
function isForeign({ file }: Lesson, { language }: PageSpec): boolean {
  return !file.includes(`/${language}/`);
}

/** Title, summary, how long it takes, and where else the same is found. */
function headHtml(lesson: Lesson, spec: PageSpec, words: Words): Html {
  const { language } = spec;
  const { docker, oci } = lesson.meta;
  const foreign =
    isForeign(lesson, spec) && html`<p class="callout note" lang="${language}">${words.reader.notTranslated}</p>`;
  return html`<h1>${inlineHtml(lesson.title)}</h1>
<p class="summary">${inlineHtml(lesson.summary)} <span class="minutes">${words.reader.minutes(lesson.minutes)}</span></p>${foreign}
${(docker || oci) && html`<dl class="elsewhere">${docker && html`<dt>${words.page.inDocker}</dt><dd>${itemsHtml(docker)}</dd>`}${oci && html`<dt>${words.page.inOci}</dt><dd>${itemsHtml(oci)}</dd>`}</dl>`}`;
}

/** A list in one line, which breaks between its items, but not in code: `--cpus, --memory; docker pause`. */
function itemsHtml(list: string): Html {
  const items = list.split(/(?<=[,;] |[，；、])(?=(?:[^`]*`[^`]*`)*[^`]*$)/);
  return join(items.map((item) => html`<span>${inlineHtml(item.trimEnd())}</span>${item.endsWith(' ') && ' '}`));
}
