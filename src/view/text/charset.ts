/** Whether the locale says that text is no UTF-8, as zh_CN.GBK, ja_JP.eucJP and C do: locale(7), LC_CTYPE. */
export function hasOtherCharset(env: NodeJS.ProcessEnv): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const charset = /\.([^@]*)/.exec(locale)?.[1];
  return charset === undefined ? /^(?:C|POSIX)$/.test(locale) : !/^utf-?8$/i.test(charset);
}

/** English for people, as this terminal takes it: all charsets have ASCII. Another language was asked for by name, and stays. */
export function inCharset(text: string, language = 'en', env: NodeJS.ProcessEnv = process.env): string {
  return language === 'en' && hasOtherCharset(env) ? toAscii(text) : text;
}

function toAscii(text: string): string {
  const spelt = LOOK_ALIKES.reduce((rest, [characters, ascii]) => rest.replace(characters, ascii), text);
  return spelt.replace(/\P{ASCII}/gu, '?');
}

const LOOK_ALIKES: readonly (readonly [RegExp, string])[] = [
  [/[‘’]/g, "'"],
  [/[“”]/g, '"'],
  [/…/g, '...'],
  [/[–—−·]/g, '-'],
  [/×/g, 'x'],
  [/→/g, '->'],
  [/≤/g, '<='],
  [/≥/g, '>='],
  [/µ/g, 'u'],
];
