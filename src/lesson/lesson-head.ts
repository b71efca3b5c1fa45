import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../state/package-root.js';
import { type FrontMatter, parseFrontMatter } from './front-matter.js';
import { markdownLines } from './markdown-lines.js';

/** What the head of a lesson says, in a language or else in English. Throws UserError with file and line where it is broken. */
export function readHead(id: string, language: string): FrontMatter {
  const translated = `lessons/${language}/${id}.md`;
  const file = existsSync(join(packageRoot(), translated)) ? translated : `lessons/en/${id}.md`;
  return parseFrontMatter(markdownLines(readFileSync(join(packageRoot(), file), 'utf8')), file).frontMatter;
}
