import type { Context } from 'hono';
import { type Html, html } from '../../view/html/html.js';
import { type Language, wordsIn } from '../../view/words/index.js';
import { portOf, type Refusal } from './guard.js';
import { languageOf } from './language.js';
import { BASE } from './lessons.js';

/** A page of one sentence without style or script, which the browser would not get either: the request is turned away. */
export function turnedAway(context: Context, reason: Refusal, { language, names }: Said): Response {
  const spoken = languageOf(context, language);
  const words = wordsIn(spoken).server;
  const inside = html`<h1>${words.title}</h1><p>${words[reason](portOf(context), names)}</p>`;
  return context.html(document(spoken, words.title, inside), 403);
}

/** In whose language, and by which names the server may be called. */
interface Said {
  readonly language: string;
  readonly names: readonly string[];
}

/** There is nothing at this address; the way to the lessons. */
export function missingPage(context: Context, language: string): Response {
  const spoken = languageOf(context, language);
  return context.html(besidesLessons(spoken, wordsIn(spoken).server.missing, ''), 404);
}

/** What is wrong with a page that should be there: a lesson that is broken, a bug. */
export function brokenPage(context: Context, language: string, message: string): Response {
  const spoken = languageOf(context, language);
  return context.html(besidesLessons(spoken, wordsIn(spoken).server.title, wordsIn(spoken).said(message)), 500);
}

function besidesLessons(language: Language, title: string, text: string): string {
  const link = html`<a href="${BASE}${language}/index.html">${wordsIn(language).page.allLessons}</a>`;
  const inside = html`<main class="index"><h1>${title}</h1><p>${text}</p><p>${link}</p></main>`;
  return document(language, title, inside, html`<link rel="stylesheet" href="${BASE}style.css">`);
}

function document(language: Language, title: string, inside: Html, style?: Html): string {
  return html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title>${style}</head>
<body>${inside}</body>
</html>
`.text;
}
