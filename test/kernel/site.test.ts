import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../labs/catalogue.js';
import { launchBrowser, scrollsSideways, violations } from '../support/browser.js';
import { FEATURES, needs } from '../support/needs.js';
import { serveDirectory } from '../support/static-server.js';
import { tslab } from './tslab.js';

/**
 * Bytes of a page with its style sheet and its scripts, so that it opens at once on a phone. A web server sends them compressed:
 * of 302,000 bytes, the longest page in Chinese, gzip makes 60,000, less than 1.5 seconds at 350 kbit/s.
 */
const LARGEST = 320_000;
const IDS = ['00-introduction', ...CATALOGUE.map(({ id }) => id), 'glossary', 'index'];
const PAGES = ['en', 'zh'].flatMap((language) => IDS.map((id) => `${language}/${id}.html`));
const LESSON = 'en/03-cgroups.html';

/** Rules of axe-core about elements together; each element by itself, and its colours, are those of the lessons' own pages. */
const OF_A_WHOLE_PAGE = [
  ...['aria-valid-attr-value', 'bypass', 'document-title', 'duplicate-id-aria', 'frame-title-unique', 'heading-order'],
  ...[
    'html-has-lang',
    'label',
    'landmark-main-is-top-level',
    'landmark-no-duplicate-banner',
    'landmark-no-duplicate-main',
  ],
  ...['landmark-one-main', 'landmark-unique', 'page-has-heading-one', 'region', 'skip-link'],
];

const parent = mkdtempSync(join(tmpdir(), 'tslab-site-'));
const site = join(parent, 'site');
const built = tslab(['build-site', site]);
let browser: Browser;
/** The reader of most tests: a page of somebody else costs a browser as much as all that the page does. */
let reader: BrowserContext;
let server: Server;
let origin: string;

beforeAll(async () => {
  ({ server, origin } = await serveDirectory(site));
  if (!FEATURES.chromium.present()) return;
  browser = await launchBrowser();
  reader = await browser.newContext();
});
afterAll(async () => {
  await browser?.close();
  server.close();
  rmSync(parent, { recursive: true, force: true });
});

describe('tslab build-site', () => {
  it('says what it wrote, and where', () => {
    expect(built).toMatchObject({ status: 0, stderr: '' });
    expect(built.stdout).toMatch(new RegExp(`^\\d+ files, \\d+ KiB, are in ${site}:`));
  });

  it('writes every lesson in both languages, and a list of them', () => {
    const files = readdirSync(site, { recursive: true }).map(String);
    expect(files).toEqual(expect.arrayContaining(['index.html', 'style.css', 'lesson.js', ...PAGES]));
  });

  it(`keeps each page below ${LARGEST} bytes in all`, () => {
    const size = (file: string) => statSync(join(site, file)).size;
    const files = readdirSync(site).filter((file) => /\.(css|js|svg)$/.test(file));
    const shared = files.reduce((sum, file) => sum + size(file), 0);
    expect(PAGES.filter((page) => size(page) + shared > LARGEST)).toEqual([]);
  });

  it('refuses a directory with other files, with status 2 and a way out', () => {
    expect(tslab(['build-site', parent])).toMatchObject({ status: 2, stdout: '' });
    expect(tslab(['build-site', parent]).stderr).toMatch(
      /has files that are not of a site of tslab[\s\S]*Name a directory that is empty/,
    );
  });

  it('gives JSON to a program', () => {
    const { stdout } = tslab(['build-site', site, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ directory: site, files: expect.any(Number) });
  });
});

describe('a page of the site', () => {
  beforeEach((test) => needs(test, 'chromium'));

  // Most of the time is the browser's, which has a process for each page.
  it.concurrent.each(PAGES)(
    '%s has nothing that axe-core finds wrong, all open, light and (English: the same colours) dark, and fits a phone',
    async (path) => {
      await using opened = await open(path);
      const { page } = opened;
      await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
      expect(await violations(page)).toEqual([]);
      if (path.startsWith('en/')) {
        await page.emulateMedia({ colorScheme: 'dark' });
        expect(await violations(page, { only: ['color-contrast'] })).toEqual([]);
      }
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await scrollsSideways(page)).toBe(false);
      expect(opened.requested.filter((url) => !url.startsWith(`${origin}/`))).toEqual([]);
      expect(opened.problems).toEqual([]);
    },
  );

  it.each(['en', 'zh'])('that has the whole course (%s) has nothing wrong either, all open', async (language) => {
    await using opened = await open(`${language}/course.html`);
    const { page } = opened;
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    expect(await violations(page, { only: OF_A_WHOLE_PAGE })).toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await scrollsSideways(page)).toBe(false);
    expect(opened.requested.filter((url) => !url.startsWith(`${origin}/`))).toEqual([]);
    expect(opened.problems).toEqual([]);
  });

  it('is read by keyboard: the way to the text first, then all that can be pressed, in order and in sight', async () => {
    await using opened = await open(LESSON);
    const { page } = opened;
    await page.keyboard.press('Tab');
    expect(await focused(page)).toMatchObject({ text: 'Skip to the text', outlined: true });
    const wanted = await page.locator('main button:visible, main summary:visible').count();
    const reached = new Set<number>();
    for (let presses = 0; presses < 400 && reached.size < wanted; presses++) {
      await page.keyboard.press('Tab');
      const { outlined, index } = await focused(page);
      expect(outlined).toBe(true);
      if (index !== -1) reached.add(index);
    }
    expect([...reached]).toEqual(Array.from({ length: wanted }, (_, index) => index));
  });

  it('asks, takes an answer by keyboard, and then opens its own', async () => {
    await using opened = await open(LESSON);
    const form = opened.page.locator('form.predict').first();
    await form.locator('input').first().focus();
    await opened.page.keyboard.press('ArrowDown');
    await opened.page.keyboard.press('Enter');
    await form.locator('details.answer[open]').waitFor();
    await opened.page.locator('form.predict[data-answered] + details.behind[open]').waitFor();
    const mark = `getComputedStyle(document.querySelector('.choice[data-right] > span'), '::before').content`;
    expect(await opened.page.evaluate(mark)).toContain('✓');
    expect(opened.page.url()).toBe(`${origin}/${LESSON}`);
  });

  it('shows the answer with all that comes behind a question, where the reader wants no question', async () => {
    await using opened = await open(LESSON);
    const section = opened.page.locator('#join');
    expect(await section.locator('.behind p:visible, .answer:visible').count()).toBe(0);
    await section.locator('.behind > summary').press('Enter');
    await section.locator('.answer[open]').waitFor();
    expect(await section.locator('.behind > p').first().isVisible()).toBe(true);
  });

  it('copies code and commands as they stand in the file, and says so', async () => {
    await using opened = await open(LESSON, { permissions: ['clipboard-read', 'clipboard-write'] });
    const { page } = opened;
    const code = page.locator('main pre.code:has(.long)').first();
    const copy = code.locator('xpath=../button');
    await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
    await copy.press('Enter');
    await expect.poll(() => copy.textContent()).toBe('Copied');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await code.textContent());
    expect(await page.locator('.copyable > p.command').count()).toBeGreaterThan(3);
    expect(await page.locator('.copyable .language-text').count()).toBe(0);
  });

  it.each(['en', 'zh'])('covers no word of code with a button, on a phone (%s)', async (language) => {
    const phone = { viewport: { width: 390, height: 800 }, hasTouch: true, isMobile: true };
    await using opened = await open(`${language}/11-images.html`, phone);
    const { page } = opened;
    await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
    expect(await page.locator('.copyable:visible').count()).toBeGreaterThan(20);
    expect(await page.evaluate(COVERED)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
  });

  it('cuts off no code, at 1280 pixels', async () => {
    await using opened = await open(LESSON, { viewport: { width: 1280, height: 900 } });
    await opened.page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
    const cut = '[...document.querySelectorAll("pre")].filter((one) => one.scrollWidth > one.clientWidth).length';
    expect(await opened.page.evaluate(cut)).toBe(0);
    expect(await opened.page.locator('pre.code .long').count()).toBeGreaterThan(10);
  });

  it('searches all lessons from a disk too, and goes to the section, with the keyboard alone', async () => {
    await using opened = await open(LESSON);
    const { page } = opened;
    await page.goto(`file://${site}/${LESSON}`);
    await page.keyboard.press('/');
    await page.keyboard.type('whiteout device');
    await page.locator('.search li a', { hasText: 'Whiteouts: deleted files' }).waitFor();
    expect(await page.locator('.search .found').textContent()).toMatch(/^\d+ sections say this\.$/);
    await page.locator('.search li a', { hasText: 'Whiteouts: deleted files' }).press('Enter');
    await page.waitForURL(/04-overlay\.html#whiteout$/);
    await page.keyboard.press('/');
    await page.keyboard.type('nonesuch');
    await expect.poll(() => page.locator('.search .found').textContent()).toBe('No section says this.');
    expect(opened.problems).toEqual([]);
  });

  it('says what a word of the glossary means: to the pointer, to the keyboard, and to the first touch', async () => {
    await using opened = await open(LESSON, { hasTouch: true });
    const { page } = opened;
    const term = page.locator('#kernel a.term').first();
    const tip = page.locator('.tip:visible');
    await term.hover();
    await tip.waitFor();
    expect(await violations(page)).toEqual([]);
    await tip.hover();
    await page.waitForTimeout(400);
    expect(await tip.textContent()).toMatch(/ · .{20}/);
    await page.keyboard.press('Escape');
    await term.focus();
    await tip.waitFor();
    expect(await term.getAttribute('aria-describedby')).toBe('term-tip');
    await page.keyboard.press('Escape');
    expect(await tip.count()).toBe(0);
    await page.locator('h1').click();
    await term.tap();
    await tip.waitFor();
    expect(page.url()).toBe(`${origin}/${LESSON}`);
    await term.tap();
    await page.waitForURL(/\/en\/glossary\.html#/);
  });

  it('leads to the glossary without a script, and each link to a word that there is', async () => {
    await using opened = await open(LESSON, { javaScriptEnabled: false });
    await opened.page.locator('#kernel a.term').first().click();
    await opened.page.waitForURL(/glossary\.html#/);
    expect(await opened.page.locator('section:target').count()).toBe(1);
  });

  it('is one of the whole course, to be printed: each id once, links that lead within it, a lesson a sheet', async () => {
    await using opened = await open('en/index.html');
    const { page } = opened;
    await page.locator('.whole a').click();
    await page.waitForURL(/en\/course\.html/);
    expect(await page.locator('article h1').count()).toBe(IDS.length - 1);
    const twice = `(() => { const all = [...document.querySelectorAll('[id]')].map(({ id }) => id); return all.length - new Set(all).size; })()`;
    expect(await page.evaluate(twice)).toBe(0);
    const dead = `[...document.querySelectorAll('main a[href^="#"]')].filter(({ hash }) => !document.getElementById(decodeURIComponent(hash.slice(1)))).map(({ hash }) => hash)`;
    expect(await page.evaluate(dead)).toEqual([]);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.behind > p').first().isVisible()).toBe(true);
    expect(await page.evaluate('getComputedStyle(document.querySelector("article")).breakBefore')).toBe('page');
  });

  it('shows at the edge of a drawing that it goes on, where it is wider than a phone', async () => {
    await using opened = await open('en/02-rootfs.html', { viewport: { width: 390, height: 800 } });
    const { page } = opened;
    await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
    const drawing = 'document.querySelector(".drawing")';
    expect(await page.evaluate(`${drawing}.scrollWidth > ${drawing}.clientWidth`)).toBe(true);
    expect(await page.evaluate(`getComputedStyle(${drawing}).backgroundAttachment`)).toContain('local');
    expect(await page.locator('.drawing').first().getAttribute('tabindex')).toBe('0');
  });

  it('finds Chinese in Chinese pages', async () => {
    await using opened = await open('zh/index.html');
    await opened.page.getByRole('button', { name: '搜索' }).click();
    await opened.page.keyboard.type('写时复制');
    await opened.page.locator('.search li mark', { hasText: '写时复制' }).first().waitFor();
    expect(await violations(opened.page)).toEqual([]);
  });

  it('keeps the theme that the reader chose on the next page', async () => {
    await using opened = await open(LESSON, { colorScheme: 'light' });
    const { page } = opened;
    const light = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.locator('[data-theme-toggle]').click();
    const dark = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(dark).not.toBe(light);
    await page.locator('.neighbours [rel=next]').click();
    await page.waitForURL(/04-overlay/);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(dark);
  });

  it('can be read without a script: answers open, and nothing is offered that needs one', async () => {
    await using opened = await open(LESSON, { javaScriptEnabled: false });
    const { page } = opened;
    expect(await page.locator('.needs-script:visible').count()).toBe(0);
    await page.locator('details.answer summary').first().click();
    expect(await page.locator('details.answer .right').first().isVisible()).toBe(true);
    const behind = page.locator('#join details.behind');
    expect(await behind.locator('p').first().isVisible()).toBe(false);
    await behind.locator('summary').first().click();
    expect(await behind.locator('p').first().isVisible()).toBe(true);
  });

  it('works from a disk too, without a web server', async () => {
    await using opened = await open(LESSON);
    await opened.page.goto(`file://${site}/${LESSON}`);
    await opened.page.locator('.predict .choice').first().click();
    await opened.page.locator('.predict button').first().click();
    await opened.page.locator('details.answer[open]').waitFor();
    expect(opened.problems).toEqual([]);
  });

  it('leads to the same lesson in the other language', async () => {
    await using opened = await open(LESSON);
    await opened.page.locator('.languages a').click();
    await opened.page.waitForURL(`${origin}/zh/03-cgroups.html`);
    expect(await opened.page.locator('html').getAttribute('lang')).toBe('zh-Hans');
  });

  it('is printed without what only a screen needs', async () => {
    await using opened = await open(LESSON);
    await opened.page.emulateMedia({ media: 'print' });
    expect(await opened.page.locator('header.site:visible, .toc:visible, button:visible').count()).toBe(0);
    expect(await opened.page.locator('main h1:visible').count()).toBe(1);
    const folded = await opened.page.locator('.behind > p, .answer .right').all();
    expect(folded.length).toBeGreaterThan(5);
    expect(await Promise.all(folded.map((one) => one.isVisible()))).not.toContain(false);
  });
});

/** The words that lie below a button. In the page; blanks at the end of a line hang out of it, and show nothing. */
const COVERED = `[...document.querySelectorAll('.copyable')].flatMap((around) => {
  const button = around.querySelector('.copy').getBoundingClientRect();
  const texts = document.createTreeWalker(around.querySelector('code'), NodeFilter.SHOW_TEXT);
  const found = [];
  for (let text = texts.nextNode(); text; text = texts.nextNode())
    for (const { 0: word, index } of text.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const isBelow = (part) => part.right > button.left && part.top < button.bottom && part.bottom > button.top;
      if ([...range.getClientRects()].some(isBelow)) found.push(word);
    }
  return found;
})`;

/** What has the focus: its text, whether that can be seen, and its place among what can be pressed (-1: it is a link or a field). */
async function focused(page: Page): Promise<{ text: string; outlined: boolean; index: number }> {
  return page.evaluate(`(() => {
    const one = document.activeElement;
    const pressable = [...document.querySelectorAll('main button, main summary')].filter((other) => other.checkVisibility());
    return { text: one.textContent, outlined: getComputedStyle(one).outlineStyle !== 'none', index: pressable.indexOf(one) };
  })()`);
}

/** A page, with options that of another reader; what it asked for, and what the browser complained of. */
async function open(path: string, options?: BrowserContextOptions) {
  const context = options ? await browser.newContext(options) : reader;
  const page = await context.newPage();
  const [requested, problems]: [string[], string[]] = [[], []];
  page.on('request', (request) => requested.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(`${origin}/${path}`);
  return { page, requested, problems, [Symbol.asyncDispose]: () => (options ? context : page).close() };
}
