import type { Context } from 'hono';
import { html, raw } from 'hono/html';
import { LANGUAGES, type Language, wordsIn } from '../../view/words/index.js';
import { portOf, type Refusal } from './guard.js';
import { BASE } from './lessons.js';

/** A page of one sentence without style or script, which the browser would not get either: the request is turned away. */
export async function turnedAway(context: Context, reason: Refusal, { language, names }: Said): Promise<Response> {
  const spoken = languageOf(context, language);
  const words = wordsIn(spoken).server;
  return context.html(
    document(spoken, words.title, html`<h1>${words.title}</h1><p>${words[reason](portOf(context), names)}</p>`),
    403,
  );
}

/** In whose language, and by which names the server may be called. */
interface Said {
  readonly language: string;
  readonly names: readonly string[];
}

/** There is nothing at this address; the way to the lessons. */
export async function missingPage(context: Context, language: string): Promise<Response> {
  const spoken = languageOf(context, language);
  return context.html(besidesLessons(spoken, wordsIn(spoken).server.missing, ''), 404);
}

/** What is wrong with a page that should be there: a lesson that is broken, a bug. */
export async function brokenPage(context: Context, language: string, message: string): Promise<Response> {
  const spoken = languageOf(context, language);
  return context.html(besidesLessons(spoken, wordsIn(spoken).server.title, message), 500);
}

/** That of the address, `/zh/…`, else that of the server, if there are pages in it. */
function languageOf({ req }: Context, language: string): Language {
  const inAddress = LANGUAGES.find((known) => req.path.startsWith(`${BASE}${known}/`));
  return inAddress ?? LANGUAGES.find((known) => known === language) ?? 'en';
}

function besidesLessons(language: Language, title: string, text: string): Inside {
  const link = html`<a href="${BASE}${language}/index.html">${wordsIn(language).page.allLessons}</a>`;
  return document(
    language,
    title,
    html`<main class="index"><h1>${title}</h1><p>${text}</p><p>${link}</p></main>`,
    STYLE_SHEET,
  );
}

const STYLE_SHEET = raw(`<link rel="stylesheet" href="${BASE}style.css">`);

type Inside = ReturnType<typeof html> | ReturnType<typeof raw>;

function document(language: Language, title: string, inside: Inside, style: Inside = raw('')): Inside {
  return html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title>${style}</head>
<body>${inside}</body>
</html>
`;
}
