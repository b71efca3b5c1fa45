import { BASE } from './base.js';
import { COLOURS } from './colours.js';
import { LAYOUT } from './layout.js';
import { LESSON } from './lesson.js';
import { PRINT } from './print.js';
import { RUN } from './run.js';
import { SCRIPT } from './script.js';

/** The one style sheet of all pages: it loads nothing. */
export const STYLE = squeeze([COLOURS, BASE, LAYOUT, LESSON, RUN, SCRIPT, PRINT].join(''));

/** Without the white space that only we need. A colon or semicolon with a space behind it stands in declarations only. */
function squeeze(css: string): string {
  return css
    .trimStart()
    .replace(/\n +/g, '\n')
    .replaceAll(' { ', '{')
    .replaceAll('; }', '}')
    .replace(/([:;,]) /g, '$1')
    .replace(/([;{},])\n/g, '$1');
}

/** The icon of the pages: a list of calls in a box. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="3" y="3" width="26" height="26" rx="5" fill="#0b5c87"/><path d="M10 11h12M10 16h12M10 21h7" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/></svg>
`;
