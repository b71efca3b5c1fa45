import { existsSync } from 'node:fs';

/** Debian's chromium. The one without a window takes a third of the time for a page: the other draws one that nobody sees. */
const BROWSERS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** Where the browser of the tests is; undefined where there is none. */
export function findBrowser(): string | undefined {
  return BROWSERS.find((path) => existsSync(path));
}
