import type { Context } from 'hono';
import { html } from 'hono/html';
import { portOf, type Refusal } from './guard.js';
import { wordsIn } from './words.js';

/** A page of one sentence, without a style or a script: the request is turned away, or there is nothing at its address. */
export async function plainPage(context: Context, language: string, reason: Refusal | 'missing'): Promise<Response> {
  const words = wordsIn(language);
  return context.html(
    sentence(words.title, words[reason](portOf(context)), language),
    reason === 'missing' ? 404 : 403,
  );
}

/** What is wrong with a page that should be there: a lesson that is broken, a bug. */
export async function brokenPage(context: Context, language: string, message: string): Promise<Response> {
  return context.html(sentence(wordsIn(language).title, message, language), 500);
}

function sentence(title: string, text: string, language: string): ReturnType<typeof html> {
  return html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${title}</title></head>
<body><h1>${title}</h1><p>${text}</p></body>
</html>
`;
}
