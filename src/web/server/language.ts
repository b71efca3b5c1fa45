import type { Context } from 'hono';
import { LANGUAGES, type Language } from '../../view/words/index.js';
import { BASE } from './lessons.js';

/** That of the address, `/zh/…`, or that the script of a page asks for, else that of the server, if there are pages in it. */
export function languageOf({ req }: Context, language: string): Language {
  const inAddress = LANGUAGES.find((known) => req.path.startsWith(`${BASE}${known}/`));
  const asked = [req.header('Accept-Language'), language];
  return inAddress ?? asked.flatMap((one) => LANGUAGES.find((known) => known === one) ?? [])[0] ?? 'en';
}
