import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's chromium, without a window. Root may not use its sandbox. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
}

/** What axe-core finds wrong with a page as it is now: `rule: element`, empty where nothing is. */
export async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Evaluated from outside, which a Content-Security-Policy does not forbid.
  await page.evaluate(axe.source);
  const options = rules ? { runOnly: { type: 'rule' as const, values: [...rules] } } : {};
  const found = await page.evaluate(
    (chosen) => (globalThis as unknown as { axe: typeof axe }).axe.run(chosen),
    options,
  );
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

/** Whether the page is wider than the window. */
export function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
}
