import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { launchBrowser, scrollsSideways, violations } from '../support/browser.js';
import { FEATURES, needs } from '../support/needs.js';
import { useServer } from './serve-support.js';
import { tslab } from './tslab.js';

const ID = '02-let-go';
const SOON = { timeout: 30_000, interval: 50 };

const used = useServer();
let browser: Browser;

beforeAll(async () => {
  if (FEATURES.chromium.present()) browser = await launchBrowser();
});
beforeEach((test) => needs(test, 'chromium'));
afterAll(() => browser?.close());

it('shows the task of an exercise, and what the kernel says of it while somebody works at a terminal', async () => {
  const page = await open('en/02-rootfs.html');
  await page.getByRole('link', { name: 'Let go' }).click();
  await page.waitForURL(`${used.server.origin}/en/exercises/${ID}.html`);
  expect(await marks(page)).toEqual(['·', '·', '·', '·']);
  await page.keyboard.press('?');
  expect(await page.locator('dialog.keys').isVisible()).toBe(true);
  await page.keyboard.press('Escape');
  practise('wrong-chroot');
  await expect.poll(() => marks(page), SOON).toEqual(['✓', '✓', '✗', '·']);
  expect(await page.locator('.facts .failed samp').textContent()).toContain('/mountinfo');
  expect(await violations(page)).toEqual([]);
  practise('solution');
  await expect.poll(() => marks(page), SOON).toEqual(['✓', '✓', '✓', '✓']);
  expect(await page.locator('.facts-state').textContent()).toMatch(/^Solved/);
});

it('is as readable in Chinese, in the dark and on a narrow screen', async () => {
  practise('wrong-chroot');
  const page = await open(`zh/exercises/${ID}.html`, { colorScheme: 'dark', viewport: { width: 360, height: 640 } });
  expect(await page.locator('.facts-state').textContent()).toBe('上次是这样；现在没有人在做。');
  expect(await violations(page)).toEqual([]);
  expect(await scrollsSideways(page)).toBe(false);
});

async function open(path: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const page = await (await browser.newContext({ ...options, reducedMotion: 'reduce' })).newPage();
  await page.goto(new URL(path + used.server.url.search, used.server.url).href, { waitUntil: 'load' });
  return page;
}

function marks(page: Page): Promise<string[]> {
  return page.locator('.facts .mark').allTextContents();
}

function practise(answer: string): void {
  tslab(['exercise', ID, '--check', `exercises/${ID}/${answer}.mjs`], { TSLAB_STATE: used.state });
}
