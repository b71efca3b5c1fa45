import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { takeSnapshot } from '../../src/procfs/snapshot.js';
import { launchBrowser, scrollsSideways, violations } from '../support/browser.js';
import { FEATURES, needs } from '../support/needs.js';
import { processesOf, type Served, startServer, useServer } from './serve-support.js';
import { leftSince } from './tslab.js';

/** Bytes of a page with all that it loads; the reason is in site.test.ts. */
const LARGEST = 220_000;
const LAB_1 = 'en/01-pid-namespace.html';
const LAB_3 = 'en/03-cgroups.html';
const SOON = { timeout: 30_000, interval: 50 };
const LOOK = { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' } as const;
/** Who has been nowhere yet: for tests of what a browser keeps. */
const NEW_READER = {};

const used = useServer();
let browser: Browser;
/** The reader of all other tests: a page of somebody else costs a browser as much as all that the page does. */
let reader: BrowserContext;

beforeAll(async () => {
  if (!FEATURES.chromium.present()) return;
  browser = await launchBrowser();
  reader = await browser.newContext(LOOK);
});
beforeEach((test) => needs(test, 'chromium'));
afterAll(() => browser?.close());

describe('a reader', () => {
  it('comes in with the address of the terminal, and finds the lessons', async () => {
    const page = await open('');
    expect(page.url()).toBe(`${used.server.origin}/en/index.html`);
    await page.getByRole('link', { name: 'Processes that see only each other' }).click();
    expect(await page.locator('main > section h2').count()).toBeGreaterThan(15);
    expect(await page.locator('pre .hl-keyword').count()).toBeGreaterThan(5);
  });

  it('is turned away with an address that has no token, or a wrong one', async () => {
    const page = await newPage(NEW_READER);
    for (const query of ['', '?token=guess']) {
      const answer = await page.goto(`${used.server.origin}/${query}`);
      expect([answer?.status(), await page.locator('main, form').count()]).toEqual([403, 0]);
    }
  });

  it('finds the way from a page that is not there to the lessons, in the language of its address', async () => {
    const page = await open('zh/nothing.html');
    expect(await page.locator('h1').textContent()).toBe('没有这个页面');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: '全部课程' }).click();
    await page.waitForURL(`${used.server.origin}/zh/index.html`);
  });

  it('has read a lesson whose end was in sight', async () => {
    const page = await open('en/glossary.html');
    const noted = page.waitForResponse(/\/read\/glossary$/);
    await page.locator('.neighbours').scrollIntoViewIfNeeded();
    expect((await noted).status()).toBe(204);
    await goto(page, 'en/index.html');
    expect(await page.locator('[data-progress=glossary]').textContent()).toMatch(/read/);
    expect(await page.locator('[data-progress="02-rootfs"]').textContent()).toBe('');
  });

  it('remembers at which section a page was left before its end', async () => {
    const page = await open('en/02-rootfs.html');
    await page.evaluate(() => document.getElementById('pivot')?.scrollIntoView());
    await page.locator('.toc a[aria-current][href$="#pivot"]').waitFor({ state: 'attached' });
    const noted = page.waitForResponse(/\/read\/02-rootfs\/pivot$/);
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    expect((await noted).status()).toBe(204);
    const progress = JSON.parse(readFileSync(join(used.state, 'progress.json'), 'utf8'));
    expect(progress.sections).toEqual({ '02-rootfs': 'pivot' });
  });

  it.each(['en/index.html', LAB_1, LAB_3, 'zh/03-cgroups.html', 'en/12-runtime.html'])(
    `loads less than ${LARGEST} bytes for %s, all of it from this server`,
    async (path) => {
      const page = await newPage();
      const sizes: Promise<number>[] = [];
      page.on('response', (response) =>
        sizes.push(
          response.body().then(
            ({ length }) => length,
            () => 0,
          ),
        ),
      );
      const from = new Set<string>();
      page.on('request', (request) => from.add(new URL(request.url()).origin));
      await goto(page, path);
      expect([...from]).toEqual([used.server.origin]);
      expect((await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)).toBeLessThan(LARGEST);
    },
  );
});

describe('a run of lab 01', () => {
  it('shows what the kernel says below each section, and that all held', async () => {
    const page = await open(LAB_1);
    await run(page);
    await ended(page, 'All 22 checks held.');
    await page.getByRole('button', { name: 'Show all without answers' }).click();
    const told = page.locator('#clone-newpid .run');
    expect(await told.locator('.call.new b').allTextContents()).toContain('clone');
    expect(await told.locator('.check.held').count()).toBeGreaterThan(1);
    expect(await page.locator('.run .check.held').count()).toBe(22);
    expect(await page.locator('.run-summary .end').getAttribute('data-status')).toBe('held');
  });

  it('shows no change of the second run under the first', async () => {
    const page = await open(LAB_1);
    for (let times = 0; times < 2; times++) {
      await run(page);
      await ended(page, 'All 22 checks held.');
    }
    expect(await page.locator('.run .check').count()).toBe(22);
    const folded = page.locator('section[data-step] form.predict + details.behind:not([open])');
    expect(await folded.count()).toBe(await page.locator('section[data-step] form.predict').count());
  });

  it('leaves out a step, and says which checks fail because of it', async () => {
    const page = await open(LAB_1);
    await page.locator('.run-lab summary').click();
    await page.getByRole('checkbox', { name: 'mount-proc' }).check();
    await run(page);
    await ended(page, /\d of \d+ checks did not hold/);
    expect(await page.locator('#mount-proc .run .left-out').textContent()).toContain('left out on purpose');
    expect(await page.locator('.run-summary .check.failed').count()).toBeGreaterThan(0);
  });

  it('goes to the end of a step where the reader presses the button of that step', async () => {
    const page = await open(LAB_1);
    await page.locator('[data-run-to="old-proc"]').click();
    await ended(page, /^Run to the end of “ps with the host.s \/proc”\. All \d+ checks held\./);
    expect(await page.locator('#old-proc .run .check').count()).toBeGreaterThan(0);
    expect(await page.locator('#mount-proc .run > *').count()).toBe(0);
    expect(await page.locator('#host .run .check.held').count()).toBe(1);
  });

  it('speaks Chinese on a Chinese page', async () => {
    const page = await open('zh/01-pid-namespace.html');
    await run(page);
    await ended(page, '全部 22 项检查成立。');
    expect(await page.locator('.run-summary .machine').textContent()).toContain('控制组');
  });
});

describe('a run with a step and without it', () => {
  it('shows both beside each other where they differ, and what the lesson says of it', async () => {
    const before = takeSnapshot();
    const page = await open(LAB_1);
    await page.locator('[data-run-without="mount-proc"]').click();
    await ended(page, /^Both runs have ended\. Without mount-proc 1 of 22 checks breaks; with it all 22 checks hold\./);
    const table = page.locator('#mount-proc .run table.experiment');
    expect(await table.locator('thead th').allTextContents()).toEqual(['with', 'without']);
    expect(await table.locator('s').first().textContent()).toContain('mount("proc"');
    expect(await table.locator('.found-failed').count()).toBe(1);
    expect(await page.locator('#mount-proc .run .left-out').count()).toBe(1);
    expect(await page.locator('.run table.experiment').count()).toBe(1);
    expect(await page.locator('.run-summary').textContent()).toMatch(/but\s+it\s+changes\s+nothing/);
    expect([used.server.runs, leftSince(before)]).toEqual([[], []]);
    expect(await violations(page)).toEqual([]);
  });

  it.each(['with', 'without'])('is stopped in the run %s the calls, and leaves nothing behind', async (side) => {
    const before = takeSnapshot();
    const page = await open(LAB_3);
    await setOption(page, 'seconds', '0.5');
    await page.locator('[data-run-without="join"]').click();
    const said = () => page.locator('.run-status').textContent();
    await expect.poll(said, SOON).toMatch(new RegExp(`^Running ${side} it: `));
    await page.locator('.run-lab [data-stop]').click();
    await ended(page, /^Stopped\./);
    expect(await page.locator('.outcome').count()).toBe(0);
    expect([used.server.runs, leftSince(before)]).toEqual([[], []]);
  });

  it('ends with its page', async () => {
    const page = await open(LAB_3);
    await page.locator('[data-run-without="join"]').click();
    await expect.poll(() => used.server.runs.length, SOON).toBe(1);
    await page.close();
    await expect.poll(() => used.server.runs, SOON).toEqual([]);
  });

  it('is told in Chinese on a Chinese page', async () => {
    const page = await open('zh/01-pid-namespace.html');
    await page.locator('[data-run-without="mount-proc"]').click();
    await ended(page, /^两次运行都已结束。没有 mount-proc：22 项检查中有 1 项不成立/);
  });
});

describe('a run of lab 03', () => {
  it('shows events as they come, draws plots, and is stopped', async () => {
    const before = takeSnapshot();
    const page = await open(LAB_3);
    await setOption(page, 'seconds', '0.5');
    await run(page);
    await page.locator('#cpu-quota .run .call').first().waitFor({ state: 'attached' });
    expect(await page.locator('#freeze .run > *').count()).toBe(0);
    expect(await page.locator('.run-status').textContent()).toContain('Running');
    await page.locator('#cpu-quota .run svg.plot').first().waitFor({ state: 'attached' });
    await page.locator('.run-lab [data-stop]').click();
    await ended(page, /^Stopped\./);
    expect(await page.locator('#host .run .check.held').count()).toBe(1);
    expect([used.server.runs, leftSince(before)]).toEqual([[], []]);
  });

  it('takes the reader along where a step lasts, until the reader goes elsewhere', async () => {
    const page = await open(LAB_3);
    await setOption(page, 'seconds', '1');
    await run(page);
    await page.locator('#cpu-quota .run .call').first().waitFor({ state: 'attached' });
    const question = 'document.querySelector("#cpu-quota form.predict").getBoundingClientRect().top';
    await expect.poll(() => page.evaluate(`Math.abs(${question}) < 100`), SOON).toBe(true);
    await page.mouse.wheel(0, -100_000);
    await expect.poll(() => page.evaluate('scrollY'), SOON).toBe(0);
    await page.locator('#memory-limit .run .check').first().waitFor({ state: 'attached' });
    expect(await page.evaluate('scrollY')).toBe(0);
  });

  it('refuses an option that makes no sense, in the words of the lab', async () => {
    const page = await open(LAB_3);
    await setOption(page, 'quota', '0');
    await run(page);
    await ended(page, /--quota "0" is not possible: .* Allowed: from 1%/);
    expect(await page.locator('.run > *').count()).toBe(0);
  });

  it('waits for the run of another page, says so, and then runs', async () => {
    const [first, second] = [await open(LAB_3), await open(LAB_3)];
    await run(first);
    await first.locator('#join .run .call').first().waitFor({ state: 'attached' });
    await second.locator('[data-run-to="join"]').click();
    await expect.poll(() => second.locator('.run-status').textContent(), SOON).toContain('one other run of this lab');
    await first.locator('.run-lab [data-stop]').click();
    await ended(second, /^Run to the end of/);
    expect(await second.locator('#join .run .check').count()).toBeGreaterThan(0);
  });

  it('ends with its page, and leaves no process, no cgroup, no mount', async () => {
    const before = takeSnapshot();
    const page = await open(LAB_3);
    await run(page);
    await page.locator('#cpu-quota .run .call').first().waitFor({ state: 'attached' });
    const [pid = 0] = used.server.runs;
    expect(processesOf(pid).length).toBeGreaterThan(1);
    await page.close();
    await expect.poll(() => processesOf(pid), SOON).toEqual([]);
    expect(leftSince(before)).toEqual([]);
  });

  it('ends when the reader goes to another page', async () => {
    const page = await open(LAB_3);
    await run(page);
    await page.locator('#join .run .call').first().waitFor({ state: 'attached' });
    await goto(page, LAB_1);
    await expect.poll(() => used.server.runs, SOON).toEqual([]);
  });
});

describe('a question', () => {
  const FORM = '#clone-newpid form.predict';

  it('is answered by the reader first, and then by the kernel', async () => {
    const page = await open(LAB_1);
    await page.locator(`${FORM} .choice[data-right] input`).check();
    await page.locator(`${FORM} button`).click();
    expect(await page.locator(`${FORM} .verdict`).textContent()).toContain('Your answer stands');
    expect(await page.locator(`${FORM} .answer`).getAttribute('open')).toBeNull();
    await page.locator('[data-run-to="clone-newpid"]').click();
    await ended(page, /^Run to the end of/);
    expect(await page.locator(`${FORM} .verdict`).textContent()).toContain('The kernel agrees');
    expect(await page.locator(`${FORM} .answer`).getAttribute('open')).not.toBeNull();
    expect(await page.locator('#clone-newpid .run').isVisible()).toBe(true);
  });

  it('shows what the kernel said only when it is answered', async () => {
    const page = await open(LAB_1);
    await page.locator('[data-run-to="clone-newpid"]').click();
    await ended(page, /^Run to the end of/);
    expect(await page.locator('#clone-newpid .run').isVisible()).toBe(false);
    await page.locator(`${FORM} .choice:not([data-right]) input`).first().check();
    await page.locator(`${FORM} button`).click();
    expect(await page.locator(`${FORM} .verdict`).textContent()).toContain('The kernel says otherwise');
    expect(await page.locator('#clone-newpid .run').isVisible()).toBe(true);
    expect(await page.locator(`${FORM} input:enabled`).count()).toBe(0);
  });

  it('hears the kernel anew in each run, which says something else without the step', async () => {
    const page = await open(LAB_1);
    await page.locator(`${FORM} .choice[data-right] input`).check();
    await page.locator(`${FORM} button`).click();
    await run(page);
    await ended(page, /^All/);
    expect(await page.locator(`${FORM}`).getAttribute('data-verdict')).toBe('agrees');
    await page.locator('.run-lab summary').click();
    await page.getByRole('checkbox', { name: 'clone-newpid' }).check();
    await run(page);
    await ended(page, /did not hold/);
    expect(await page.locator(`${FORM}`).getAttribute('data-verdict')).not.toBe('agrees');
    expect(await page.locator(`${FORM}[data-chosen]`).count()).toBe(0);
  });

  it('wants one of the answers, each of which is level with its circle', async () => {
    const page = await open(LAB_1);
    const middles = (at: string) =>
      page.evaluate<number>(
        `(({ top, height }) => top + height / 2)(document.querySelector('${FORM} ${at}').getBoundingClientRect())`,
      );
    expect(Math.abs((await middles('.choice input')) - (await middles('.choice span')))).toBeLessThan(2);
    await page.locator(`${FORM} button`).click();
    expect(await page.locator(`${FORM}[data-answered]`).count()).toBe(0);
  });
});

describe('light and dark', () => {
  it('follow the system, until the reader chooses; the next page remembers', async () => {
    const page = await open(LAB_1, { colorScheme: 'dark' });
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const dark = await ground();
    await page.locator('[data-theme-toggle]').click();
    const light = await ground();
    expect(light).not.toBe(dark);
    await goto(page, 'en/02-rootfs.html');
    expect(await ground()).toBe(light);
    await page.keyboard.press('t');
    expect([await ground(), await page.locator('[data-theme-toggle]').getAttribute('aria-pressed')]).toEqual([
      dark,
      'true',
    ]);
  });
});

describe('with the keyboard alone', () => {
  it('the reader goes from section to section, runs, and stops', async () => {
    const page = await open(LAB_3);
    for (const key of ['n', 'j', 'n', 'p', 'j', 'n', 'n', 'n', 'n']) await page.keyboard.press(key);
    const section = () => page.evaluate('document.activeElement.dataset.step ?? document.activeElement.id');
    expect(await section()).toBe('cpu-quota');
    await page.keyboard.press('k');
    expect(await section()).toBe('join');
    await page.keyboard.press('r');
    await ended(page, /^Run to the end of/);
    expect(await page.locator('#join .run .check').count()).toBeGreaterThan(0);
    for (let times = 0; times < 9; times++) await page.keyboard.press('p');
    await page.keyboard.press('r');
    await page.locator('#cpu-quota .run .call').first().waitFor({ state: 'attached' });
    await page.keyboard.press('s');
    await ended(page, /^Stopped/);
  });

  it('an answer is given, and a choice of keys is shown and closed', async () => {
    const page = await open(LAB_1);
    await page.locator('#clone-newpid form.predict input').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.locator('#clone-newpid form.predict[data-answered]').count()).toBe(1);
    await page.keyboard.press('?');
    expect(await page.locator('dialog[open] kbd').allTextContents()).toEqual([
      'n',
      'j',
      'p',
      'k',
      'r',
      's',
      '/',
      't',
      '?',
    ]);
    await page.keyboard.press('n');
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
  });

  it('keys can be switched off, on this page and the next', async () => {
    const page = await open(LAB_1, NEW_READER);
    await page.getByRole('button', { name: 'Keys' }).click();
    await page.getByRole('checkbox', { name: 'These keys work' }).uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await goto(page, LAB_3);
    await page.keyboard.press('?');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    await page.getByRole('button', { name: 'Keys' }).click();
    await page.getByRole('checkbox', { name: 'These keys work' }).check();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.keyboard.press('?');
    expect(await page.locator('dialog[open]').count()).toBe(1);
  });

  it('keys that are typed into a field, or with Ctrl, stay what they are', async () => {
    const page = await open(LAB_3);
    await page.locator('.run-lab summary').click();
    await page.locator('input[name=quota]').fill('');
    await page.locator('input[name=quota]').pressSequentially('nr?');
    await page.keyboard.press('Control+r');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    expect(used.server.runs).toEqual([]);
  });
});

describe('when the server is gone', () => {
  it('in the middle of a run, the page says so, keeps what was told, and can try again', async () => {
    const server = await ownServer();
    const page = await open(LAB_3, undefined, server);
    await run(page);
    await page.locator('#join .run .check').first().waitFor({ state: 'attached' });
    server.kill('SIGKILL');
    await ended(page, /The server is gone/);
    expect(await page.locator('#join .run .check').count()).toBeGreaterThan(0);
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    await page.locator('.run-bar:visible').getByRole('button', { name: 'Try again' }).waitFor();
    await page.locator('.run-status').scrollIntoViewIfNeeded();
    await page.locator('.run-bar').waitFor({ state: 'hidden' }); // the panel says it now
    await page.locator('.run-status').getByRole('button', { name: 'Try again' }).click();
    await ended(page, /does not answer/);
    const { port } = server.url;
    await ownServer(['--port', port]);
    await page.locator('.run-status').getByRole('button', { name: 'Try again' }).click();
    await ended(page, /does not have the token/);
  });
});

describe('axe-core finds nothing wrong', () => {
  it.each([
    ['en', 'light', 1280],
    ['zh', 'dark', 360],
  ] as const)('after a run: %s, %s, %i pixels wide', async (language, colorScheme, width) => {
    const page = await open(`${language}/01-pid-namespace.html`, { colorScheme, viewport: { width, height: 800 } });
    await page.locator('#clone-newpid .choice input').first().check();
    await page.locator('#clone-newpid form.predict button').click();
    await page.locator('.run-lab summary').click();
    await page.getByRole('checkbox', { name: 'mount-proc' }).check();
    await run(page);
    await ended(page, /\d/);
    expect(await violations(page)).toEqual([]);
    await page.locator('.run-status button').click();
    await page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
    await page.locator('#host').scrollIntoViewIfNeeded();
    expect(await violations(page)).toEqual([]);
    expect(await scrollsSideways(page)).toBe(false);
  });

  it('with the list of keys, while a run goes on, and when the server is gone', async () => {
    const server = await ownServer();
    const page = await open(LAB_3, undefined, server);
    await run(page);
    await page.locator('#cpu-quota').scrollIntoViewIfNeeded();
    await page.locator('.run-bar:visible').waitFor();
    expect(await violations(page)).toEqual([]);
    server.kill('SIGKILL');
    await ended(page, /The server is gone/);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('?');
    expect(await violations(page)).toEqual([]);
  });
});

/** A page; with options it is that of another reader. What the browser refuses, or a bug in the script, fails the test. */
async function newPage(options?: BrowserContextOptions): Promise<Page> {
  const context = options ? await browser.newContext({ ...LOOK, ...options }) : reader;
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  onTestFinished(async () => {
    await (options ? context : page).close();
    // What a page cannot load it tells the reader itself.
    expect(problems.filter((text) => !text.startsWith('Failed to load resource:'))).toEqual([]);
  });
  return page;
}

async function open(path: string, options?: BrowserContextOptions, server: Served = used.server): Promise<Page> {
  const page = await newPage(options);
  await goto(page, path, server);
  return page;
}

async function goto(page: Page, path: string, { url }: Served = used.server): Promise<void> {
  await page.goto(new URL(path + url.search, url).href, { waitUntil: 'load' });
}

async function run(page: Page): Promise<void> {
  await page.locator('.run-lab [type=submit]').click();
}

async function setOption(page: Page, name: string, value: string): Promise<void> {
  await page.locator('.run-lab summary').click();
  await page.locator(`input[name=${name}]`).fill(value);
}

/** Waits until the run is over and the panel says this. */
async function ended(page: Page, told: string | RegExp): Promise<void> {
  const text = () => page.locator('html:not([data-running]) .run-status').textContent({ timeout: SOON.timeout });
  await expect.poll(text, SOON).toMatch(told);
}

/** A server that the test ends itself. */
async function ownServer(words: readonly string[] = []): Promise<Served> {
  const state = mkdtempSync(join(tmpdir(), 'tslab-serve-'));
  const server = await startServer(state, words);
  onTestFinished(async () => {
    const runs = server.runs;
    server.kill('SIGKILL');
    for (const pid of runs) await expect.poll(() => processesOf(pid), SOON).toEqual([]);
    rmSync(state, { recursive: true });
  });
  return server;
}
