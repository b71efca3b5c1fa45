import type { Chapter, Part } from '../../lesson/chapters.js';
import type { Section } from '../../lesson/lesson.js';
import { withoutMarks } from '../text/markdown.js';
import type { BlockSetting } from './blocks.js';
import { foldedHtml } from './fold.js';
import { type Html, html } from './html.js';
import { inlineHtml } from './markdown.js';

/** How the sections of a lesson are shown. */
export interface SectionSetting extends BlockSetting {
  readonly run: 'live' | 'recorded' | 'none';
  /** The sections that belong to a step of the lab. */
  readonly steps: readonly string[];
  /** Those of them whose calls can be left out. */
  readonly skippable: readonly string[];
}

/** A chapter with its heading, its text, and the place for what a run tells there. */
export function chapterHtml({ id, section, parts }: Chapter, setting: SectionSetting): Html {
  const isStep = setting.steps.includes(id);
  const around = {
    live: isStep && setting.run === 'live' ? html`<div class="run" data-run-step="${id}"></div>` : undefined,
    end: [...parts.map((part) => partHtml(part, setting)), isStep ? runHtml(id, section, setting) : undefined],
  };
  return html`<section id="${id}"${isStep && html` data-step="${id}"`} aria-labelledby="${id}-title">
${headingHtml(id, section, setting)}
${isStep && stepHtml(id, setting)}
${foldedHtml(section.blocks, around, setting)}
</section>
`;
}

function partHtml({ id, section }: Part, setting: SectionSetting): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">${headingHtml(id, section, setting)}${foldedHtml(section.blocks, { live: undefined, end: [] }, setting)}</section>`;
}

function headingHtml(id: string, { level, title }: Section, { words }: SectionSetting): Html {
  const text = inlineHtml(title);
  const link = html`<a class="anchor" href="#${id}" aria-label="${words.page.linkTo(withoutMarks(title))}">#</a>`;
  return level > 2 ? html`<h3 id="${id}-title">${text} ${link}</h3>` : html`<h2 id="${id}-title">${text} ${link}</h2>`;
}

function stepHtml(id: string, { run, skippable, words: { page } }: SectionSetting): Html {
  const runHere = html` <button type="button" class="needs-script" data-run-to="${id}">${page.runHere}</button>`;
  const compare = html` <button type="button" class="needs-script" data-run-without="${id}">${page.runWithout}</button>`;
  const buttons = run === 'live' && html`${runHere}${skippable.includes(id) && compare}`;
  return html`<p class="step-line">${page.step} <code>${id}</code>${buttons}</p>`;
}

/** What was recorded, in a page that runs nothing, where the lesson does not show it anyway. */
function runHtml(id: string, { blocks }: Section, { run, recorded, words }: SectionSetting): Html | undefined {
  const isShown = blocks.some((block) => block.type === 'transcript' && block.step === id && block.skip === undefined);
  const told = recorded(id);
  if (run !== 'recorded' || isShown || told.text === '') return undefined;
  return html`<details class="run recorded" data-run-step="${id}"><summary>${words.page.recordedRun}</summary>${told}</details>`;
}
