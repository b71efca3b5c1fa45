import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { includeCode } from '../../../../src/lesson/include.js';
import { parseLesson } from '../../../../src/lesson/lesson.js';
import { renderIndex } from '../../../../src/view/html/index-page.js';
import { type PageSpec, renderPage } from '../../../../src/view/html/page.js';
import { styleSheet } from '../../../../src/view/html/style/index.js';
import { openedTags, textOf } from '../../../support/markup.js';
import { SAMPLE } from '../sample.js';

const TEXT = `---
title: A \`name\` of its own
summary: one & two
docker: --hostname
---
Before the <b>first</b> section. See [the other lesson](02-rootfs.md#pivot) and [man](https://man7.org).

## The question {#question}

First
line.

| a | b |
| --- | --- |
| 1 | 2 |

## Setting it {#uts}

::: predict the host keeps its name
Who sees the *new* name?

- [ ] Everybody. {box}
- [x] The container. {debian}

Since it is <in> a namespace.
:::

The child gets a new namespace.

### A part of it

::: warning
Careful with \`sudo\`.
:::

::: hint
Look at /proc.
:::

::: hint
At \`/proc/self/ns\`.
:::

::: notes
Tell the story of the vanished name.
:::

\`\`\`diagram The two names
┌─┐
└─┘
\`\`\`

\`\`\`transcript cpu-quota
\`\`\`

## Next {#next}

Go on.
`;
const LESSON = parseLesson(TEXT, 'lessons/en/07-uts.md');
const LESSONS = ['06-volumes', '07-uts', '12-runtime'].map((id) => ({
  id,
  title: `T ${id}`,
  summary: 's',
  minutes: 5,
}));
const LAB = {
  id: '07-uts',
  steps: ['uts', 'cpu-quota'],
  skippable: ['uts'],
  options: [{ name: 'name', description: 'the new name', default: 'box' }],
};
const SPEC: PageSpec = { language: 'en', base: '../', run: 'live', lessons: LESSONS, lab: LAB, loadRun: () => SAMPLE };

describe('the page of a lesson', () => {
  it.each(['live', 'recorded', 'none'] as const)('is well formed (%s)', async (run) => {
    const page = await renderPage(LESSON, { ...SPEC, run });
    expect(() => openedTags(page)).not.toThrow();
    expect(page.startsWith('<!DOCTYPE html>')).toBe(true);
  });

  it('has each id once', async () => {
    const ids = await attributesOf('id');
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids).toEqual(expect.arrayContaining(['question', 'uts', 'uts-1', 'next']));
  });

  it('satisfies a strict Content-Security-Policy: nothing inline, nothing from outside', async () => {
    const tags = openedTags(await renderPage(LESSON, SPEC));
    const names = tags.flatMap(({ attributes }) => Object.keys(attributes));
    expect(names.filter((name) => /^on|^style$/.test(name))).toEqual([]);
    expect(tags.filter(({ name }) => name === 'style' || name === 'iframe')).toEqual([]);
    const loaded = tags.filter(({ name }) => ['script', 'link', 'img'].includes(name));
    const addresses = loaded.map(({ attributes: { src, href } }) => src ?? href);
    expect(addresses).toEqual(['../icon.svg', '../style.css', '../lesson.js']);
  });

  it.each([
    ['`run -a, -b`; --init (none), -c', ['<code>run -a, -b</code>;', '--init (none),', '-c'], ' '],
    [
      '`run`默认；--pid=host（不要），--init、-c',
      ['<code>run</code>默认；', '--pid=host（不要），', '--init、', '-c'],
      '',
    ],
  ])('breaks its header between flags, in no flag: %s', async (docker, items, between) => {
    const page = await renderPage(parseLesson(TEXT.replace('--hostname', docker), 'lessons/en/07-uts.md'), SPEC);
    expect(page).toContain(`<dd>${items.map((item) => `<span>${item}</span>`).join(between)}</dd>`);
  });

  it('never shows what is for the presenter', async () => {
    expect(await renderPage(LESSON, SPEC)).not.toContain('vanished');
  });

  it('shows markup in a lesson as text', async () => {
    expect(textOf(await renderPage(LESSON, SPEC))).toContain('Before the <b>first</b> section.');
  });

  it('leads to the same lesson in the other language, to its neighbours, and to other lessons by their pages', async () => {
    const links = await attributesOf('href');
    expect(links).toEqual(
      expect.arrayContaining(['../zh/07-uts.html', '06-volumes.html', '12-runtime.html', '02-rootfs.html#pivot']),
    );
  });

  it('lists the sections, those of steps apart', async () => {
    const page = await renderPage(LESSON, SPEC);
    expect(page).toMatch(/<li><a href="#question">The question<\/a><\/li>\s*<li class="step"><a href="#uts">/);
  });

  it('has a place for what a run tells in each step, and a button to run to there', async () => {
    const page = await renderPage(LESSON, SPEC);
    expect(page).toContain('<div class="run" data-run-step="uts"></div>');
    expect(page.match(/data-run-to=/g)).toHaveLength(1);
    expect(page).not.toContain('data-run-step="question"');
  });

  it('asks as a form, and keeps the answer shut', async () => {
    const page = await renderPage(LESSON, SPEC);
    const form = /<form class="predict" data-check="the host keeps its name">[\s\S]*?<\/form>/.exec(page)?.[0] ?? '';
    expect(form.match(/type="radio"/g)).toHaveLength(2);
    expect(form).toMatch(/<label class="choice" data-right="" data-says="debian"><input[^>]*value="1"/);
    expect(form).toContain('<details class="answer">');
    expect(textOf(form)).toContain('✓ The container.\nSince it is <in> a namespace.');
  });

  it('folds all that stands behind a question in its section, and nothing of the next', async () => {
    const page = await renderPage(LESSON, { ...SPEC, run: 'recorded' });
    const [before = '', behind = ''] = page.split('<details class="behind">');
    expect(before).toContain('Who sees the');
    expect(before).not.toContain('The child gets a new namespace.');
    const section = behind.slice(0, behind.indexOf('</section>\n\n') + 1);
    expect(section).toContain('The child gets a new namespace.');
    expect(section).toContain('A part of it');
    expect(section).toContain('<details class="run recorded" data-run-step="uts">');
    expect(behind).toMatch(/<\/details>\s*<\/section>\s*<section id="next"/);
  });

  it('shows a run where its button is: below the question, and folded with the rest', async () => {
    const page = await renderPage(LESSON, SPEC);
    expect(page).toMatch(
      /<details class="behind"><summary>[^<]*<\/summary><div class="run" data-run-step="uts"><\/div>/,
    );
  });

  it('opens a hint inside the one before it', async () => {
    expect(await renderPage(LESSON, SPEC)).toMatch(
      /<details class="hint" data-stage="1">(?:(?!<\/details>)[\s\S])*<details class="hint" data-stage="2">/,
    );
  });

  it('offers the steps that can be skipped and the options of the lab', async () => {
    const page = await renderPage(LESSON, SPEC);
    expect(page).toContain('<input type="checkbox" name="skip" value="uts">');
    expect(page).toContain('name="name" value="box"');
    expect(page).toContain('data-steps="[&quot;uts&quot;,&quot;cpu-quota&quot;]"');
  });

  it('shows a transcript from the recorded run, without the header of the step', async () => {
    const page = await renderPage(LESSON, SPEC);
    const transcript = /<figure class="transcript">[\s\S]*?<\/figure>\n/.exec(page)?.[0] ?? '';
    expect(textOf(transcript)).toContain('A recorded run, step cpu-quota');
    expect(transcript).toContain('<svg class="plot"');
    expect(transcript).not.toContain('class="step"');
  });

  it('shows in a page without a server what was recorded, and no way to run it', async () => {
    const page = await renderPage(LESSON, { ...SPEC, run: 'recorded' });
    expect(page).toContain('<details class="run recorded" data-run-step="uts">');
    expect(page).not.toContain('run-lab');
    expect(page).not.toContain('data-run-to');
  });

  it('says so where the lesson is not translated, and marks its language', async () => {
    const page = await renderPage(LESSON, { ...SPEC, language: 'zh' });
    expect(page).toContain('<html lang="zh-Hans"');
    expect(page).toContain('<main id="text" lang="en">');
    expect(page).toContain('还没有中文版，这里是英文原文。');
  });

  it('lets a browser break a long path behind its slashes, and no short one', async () => {
    const text = TEXT.replace('| 1 | 2 |', '| `/layerdb/sha256/CHAIN/diff` | `/proc/self/exe` |');
    const page = await renderPage(parseLesson(text, 'lessons/en/07-uts.md'), SPEC);
    expect(page).toContain('<code>/layerdb/<wbr>sha256/<wbr>CHAIN/<wbr>diff</code>');
    expect(page).toContain('<code>/proc/self/exe</code>');
  });

  it('names the file that code was taken from', async () => {
    const code = '```ts include=src/lesson/paragraph.ts#x\n```';
    const lesson = includeCode(
      parseLesson(TEXT.replace('First\nline.', code), 'lessons/en/07-uts.md'),
      () => '// #region x\nconst a = "<b>"; // why\n// #endregion',
    );
    const page = await renderPage(lesson, SPEC);
    expect(page).toContain('<figcaption><code>src/lesson/paragraph.ts</code></figcaption><pre class="code">');
    expect(page).toContain('<span class="hl-string">&quot;&lt;b&gt;&quot;</span>');
  });

  it('puts no space where a line of Chinese ends', async () => {
    const lesson = parseLesson(TEXT.replace('First\nline.', '容器\n是进程。'), 'lessons/zh/07-uts.md');
    expect(await renderPage(lesson, { ...SPEC, language: 'zh' })).toContain('<p>容器是进程。</p>');
  });
});

describe('the list of lessons', () => {
  const progress = { '06-volumes': 'held', '07-uts': 'failed' } as const;

  it('is well formed, and leads to each lesson', () => {
    const page = renderIndex({ language: 'en', base: '../', lessons: LESSONS });
    const links = openedTags(page).flatMap(({ attributes }) => attributes.href ?? []);
    expect(links).toEqual(expect.arrayContaining(LESSONS.map(({ id }) => `../en/${id}.html`)));
  });

  it('tells how far the reader has come, in words', () => {
    const text = textOf(renderIndex({ language: 'en', base: '/', lessons: LESSONS, progress }));
    expect(text).toContain('✓ all checks held');
    expect(text).toContain('✗ checks failed');
  });
});

describe('the style sheet', () => {
  const style = styleSheet();

  it('loads nothing', () => {
    expect(style).not.toMatch(/url\(|@import|https?:\/\//);
  });

  it('uses only colours that it defines, each with a light and a dark one', () => {
    const used = new Set([...style.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name));
    const defined = new Set([...style.matchAll(/(--[\w-]+):/g)].map(([, name]) => name));
    expect([...used].filter((name) => !defined.has(name))).toEqual([]);
    const text = readFileSync('src/view/html/style/colours.css', 'utf8');
    const colours = [...text.matchAll(/(--[\w-]+): (.*);$/gm)];
    expect(colours.length).toBeGreaterThan(15);
    expect(colours.filter(([, , value]) => !value?.startsWith('light-dark('))).toEqual([]);
  });

  it('closes what it opens', () => {
    expect(style.split('{').length).toBe(style.split('}').length);
  });
});

async function attributesOf(name: string): Promise<string[]> {
  return openedTags(await renderPage(LESSON, SPEC)).flatMap(({ attributes }) => attributes[name] ?? []);
}
