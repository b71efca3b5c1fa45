import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../kernel/errors/user-error.js';
import { packageRoot } from '../state/package-root.js';
import { type MarkdownLine, markdownLines } from './markdown-lines.js';
import { minutesOf } from './minutes.js';

/** What the head of a lesson says about it. */
export interface FrontMatter {
  title: string;
  summary: string;
  /** How long the lesson takes, with its lab. */
  minutes: number;
  /** The other keys: `docker` (the flags that do the same), `oci` (the fields of config.json), … */
  meta: Record<string, string>;
}

const REMEDY = 'A lesson starts with a line ---, then `key: value` lines with title and summary, then a line ---.';

/** What the head of a lesson says, in a language or else in English. Throws UserError with file and line where it is broken. */
export function readHead(id: string, language: string): FrontMatter {
  const file = lessonFile(id, language);
  return parseFrontMatter(markdownLines(readFileSync(join(packageRoot(), file), 'utf8')), file).frontMatter;
}

/** Path of a lesson below the package, in a language or, where it is not translated, in English. */
export function lessonFile(id: string, language: string): string {
  const translated = `lessons/${language}/${id}.md`;
  return existsSync(join(packageRoot(), translated)) ? translated : `lessons/en/${id}.md`;
}

/** Reads the `key: value` lines between two `---`; `end` is the number of lines they take. Throws UserError with file and line. */
export function parseFrontMatter(lines: MarkdownLine[], fileName: string): { frontMatter: FrontMatter; end: number } {
  const closing = lines.findIndex((line, index) => index > 0 && line.text.trim() === '---');
  if (lines[0]?.text.trim() !== '---') throw broken(fileName, 1, 'the front matter is missing');
  if (closing === -1) throw broken(fileName, 1, 'the front matter that starts here has no end');
  const meta = readPairs(lines.slice(1, closing), fileName);
  const take = (key: string) => takeKey(meta, key, `${fileName}:${closing + 1}`);
  const minutes = minutesOf(lines.slice(closing + 1));
  const frontMatter = { title: take('title'), summary: take('summary'), minutes, meta };
  return { frontMatter, end: closing + 1 };
}

function readPairs(lines: MarkdownLine[], fileName: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const { text, number } of lines) {
    if (text.trim() === '') continue;
    const [, key, value] = /^([\w-]+):\s+(.*\S)\s*$/.exec(text) ?? [];
    if (key === undefined || value === undefined) throw broken(fileName, number, `"${text}" is not \`key: value\``);
    if (Object.hasOwn(pairs, key)) throw broken(fileName, number, `"${key}" is given twice`);
    pairs[key] = value;
  }
  return pairs;
}

/** Takes a key that every lesson must have out of the others. */
function takeKey(pairs: Record<string, string>, key: string, place: string): string {
  const value = pairs[key];
  if (value === undefined) throw new UserError(`${place}: the front matter lacks "${key}"`, 2, REMEDY);
  delete pairs[key];
  return value;
}

function broken(fileName: string, line: number, what: string): UserError {
  return new UserError(`${fileName}:${line}: ${what}`, 2, REMEDY);
}
