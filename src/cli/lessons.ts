import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../../labs/catalogue.js';
import { nearest } from '../container/options/nearest.js';
import { UserError } from '../kernel/user-error.js';
import { type FrontMatter, parseFrontMatter } from '../lab/front-matter.js';
import { markdownLines } from '../lab/markdown-lines.js';
import { packageRoot } from '../lab/package-root.js';
import { shortNames } from './lab-command.js';

/** A lesson by its id, and the other words that mean it. */
export interface LessonName {
  readonly id: string;
  readonly names: readonly string[];
}

const INTRODUCTION: LessonName = { id: '00-introduction', names: ['introduction', 'intro', '00', '0'] };
const GLOSSARY: LessonName = { id: 'glossary', names: [] };

/** The introduction, the lesson of each lab, and the glossary, in the order in which they are read. */
export function allLessons(): LessonName[] {
  const labs = CATALOGUE.map(({ id }) => ({ id, names: shortNames(id) }));
  return [INTRODUCTION, ...labs, GLOSSARY].filter(({ id }) => existsSync(lessonFile(id, 'en')));
}

/** The id of the lesson that a word means: `03-cgroups` for `3`, `03` or `cgroups`. Throws UserError that lists all. */
export function findLesson(word: string): string {
  const all = allLessons();
  const found = all.find(({ id, names }) => id === word || names.includes(word) || id.slice(3) === word);
  if (found) return found.id;
  const like = nearest(
    word,
    all.flatMap(({ id, names }) => [id, id.slice(3), ...names]),
  );
  const guess = like === undefined ? '' : ` Did you mean ${like}?`;
  const remedy = `There are: ${all.map(({ id }) => id).join(', ')}. \`tslab read\` tells what they are about.`;
  throw new UserError(`There is no lesson "${word}".${guess}`, 2, remedy);
}

/** What the head of a lesson says, in a language or else in English. Throws UserError with file and line where it is broken. */
export function readHead(id: string, language: string): FrontMatter {
  const translated = `lessons/${language}/${id}.md`;
  const file = existsSync(join(packageRoot(), translated)) ? translated : `lessons/en/${id}.md`;
  return parseFrontMatter(markdownLines(readFileSync(join(packageRoot(), file), 'utf8')), file).frontMatter;
}

function lessonFile(id: string, language: string): string {
  return join(packageRoot(), `lessons/${language}/${id}.md`);
}
