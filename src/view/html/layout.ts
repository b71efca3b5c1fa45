import { LANGUAGES, type Words, wordsIn } from '../words/index.js';
import { type Html, html } from './html.js';

/** A page, but for what is the same in all of them. */
export interface Page {
  readonly language: string;
  readonly title: string;
  readonly description: string;
  /** Where the style sheet, the script and the folders of the languages are, with a slash at the end: `../`, `/`. */
  readonly base: string;
  /** File of the page in the folder of its language: `03-cgroups.html`. */
  readonly file: string;
  /** What the script has to know: `data-run="live"`. */
  readonly data: Readonly<Record<string, string>>;
  readonly body: Html;
}

/** A whole document. Nothing in it is a script or a style of its own, so that a strict Content-Security-Policy holds. */
export function documentHtml(page: Page): string {
  const words = wordsIn(page.language);
  const data = Object.entries(page.data).map(([name, value]) => html` data-${name}="${value}"`);
  return html`<!DOCTYPE html>
<html lang="${page.language === 'zh' ? 'zh-Hans' : page.language}"${data}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${page.description}">
<title>${page.title}</title>
<link rel="icon" href="${page.base}icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${page.base}style.css">
<script defer src="${page.base}lesson.js" blocking="render"></script>
</head>
<body>
<a class="skip-link" href="#text">${words.page.skipToText}</a>
<header class="site"><a class="home" href="${page.base}${page.language}/index.html">tslab</a><span class="motto">${words.page.site}</span>${languagesHtml(page, words)}<button type="button" class="needs-script" data-theme-toggle aria-pressed="false">${THEME}<span class="label">${words.page.theme}</span></button></header>
${page.body}
</body>
</html>
`.text;
}

/** A circle, half of it dark. */
const THEME = html`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="1.5"/><path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor"/></svg> `;

/** The same page in the other languages, each named in its own. */
function languagesHtml({ language, base, file }: Page, words: Words): Html {
  const links = LANGUAGES.filter((other) => other !== language).map(
    (other) =>
      html`<a href="${base}${other}/${file}" hreflang="${other}" lang="${other}">${wordsIn(other).page.name}</a>`,
  );
  return html`<nav class="languages" aria-label="${words.page.languages}">${links}</nav>`;
}
