import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findBrowser } from './find-browser.js';

/** Half of what `axe.source` would have every page read. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Root may not use the sandbox of the browser. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findBrowser() ?? '', args: ['--no-sandbox'] });
}

/** The rules of axe-core that are to be looked at: all of them, some, or all but some. */
interface Rules {
  readonly only?: readonly string[];
  readonly without?: readonly string[];
}

/** What axe-core finds wrong with a page as it is now: `rule: element`, empty where nothing is. */
export async function violations(page: Page, { only, without = [] }: Rules = {}): Promise<string[]> {
  // Evaluated from outside, which a Content-Security-Policy does not forbid.
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE);
  const runOnly = only && { runOnly: { type: 'rule' as const, values: [...only] } };
  const rules = Object.fromEntries(without.map((rule) => [rule, { enabled: false }]));
  // What is right with the page is most of what axe-core tells: it stays there, and costs nothing.
  return await page.evaluate(findViolations, { resultTypes: ['violations' as const], rules, ...runOnly });
}

/** In the page. */
async function findViolations(options: axe.RunOptions): Promise<string[]> {
  const found = await (globalThis as unknown as { axe: typeof axe }).axe.run(options);
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** Whether the page is wider than the window. */
export function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
}
