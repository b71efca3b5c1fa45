import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../state/package-root.js';

/** In the order in which the later ones win. */
const SHEETS = ['colours', 'base', 'layout', 'lesson', 'run', 'script', 'reading', 'exercise', 'print'];

/** The one style sheet of all pages: it loads nothing. */
export function styleSheet(): string {
  return squeeze(SHEETS.map(read).join(''));
}

/** The icon of the pages: a list of calls in a box, whose edge is seen beside light and dark tabs. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><title>tslab</title><rect x="3" y="3" width="26" height="26" rx="5" fill="#0b5c87" stroke="#82c7f2" stroke-width="1.5"/><path d="M10 11h12M10 16h12M10 21h7" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/></svg>
`;

function read(sheet: string): string {
  return readFileSync(join(packageRoot(), 'src/view/html/style', `${sheet}.css`), 'utf8');
}

/** Without comments, and the white space that only we need. A colon or semicolon with a space behind it stands in declarations only. */
function squeeze(css: string): string {
  return css
    .replace(/\/\*.*?\*\/\n/gs, '')
    .replace(/\n +/g, '\n')
    .replaceAll(' { ', '{')
    .replaceAll('; }', '}')
    .replace(/([:;,]) /g, '$1')
    .replace(/([;{},])\n/g, '$1');
}
