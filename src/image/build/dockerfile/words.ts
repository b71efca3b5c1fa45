/** Words of an instruction as they are written, quotes and all: variables are put in when it is carried out. */

/** A word ends at a blank outside of quotes. */
export function splitWords(text: string, mark: string): string[] {
  const words: string[] = [];
  let [word, quote] = ['', ''];
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (quote === '' && /\s/.test(char)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    word += char;
    if (char === mark && quote !== "'" && i + 1 < text.length) word += text[++i];
    else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
  }
  return word === '' ? words : [...words, word];
}

/** `NAME=VALUE`, both as written; undefined where there is no `=`. */
export function splitPair(word: string): readonly [name: string, value: string] | undefined {
  const [, name, value] = /^("(?:[^"\\]|\\.)*"|[^=]+)=([\s\S]*)$/.exec(word) ?? [];
  return name === undefined || value === undefined ? undefined : [name, value];
}

/** The strings of a JSON array; undefined for what is none: then an instruction has its shell form. */
export function parseJsonForm(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
