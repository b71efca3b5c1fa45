import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../kernel/errors/user-error.js';
import { packageRoot } from '../state/package-root.js';
import { type Block, parseBlocks } from './blocks.js';
import { type FrontMatter, lessonFile, parseFrontMatter } from './front-matter.js';
import { isHeading, type MarkdownLine, markdownLines, splitBefore } from './markdown-lines.js';
import { firstParagraph } from './paragraph.js';
import type { Predict } from './predict.js';

/** The prose of a lab, or of a text without one, in one language. */
export interface Lesson extends FrontMatter {
  /** Path below the package, for messages: `lessons/en/03-cgroups.md`. */
  file: string;
  /** What stands before the first section. */
  opening: Block[];
  sections: Section[];
}

export interface Section {
  /** The step that this section narrates, from `## Title {#id}`. */
  id?: string;
  title: string;
  /** 2 for `##`, 3 for `###`. */
  level: number;
  /** The first paragraph, on one line, in Markdown: what is said while the step runs. */
  narration: string;
  /** What to answer before the step runs. */
  predict?: Predict;
  /** Everything from the line below the heading to the next heading of any level. */
  blocks: Block[];
  /** Line of the heading in the file, from 1. */
  line: number;
}

/** Reads a lab's lesson in a language, or in English where it is not translated. Throws UserError if it is missing or broken. */
export function loadLesson(id: string, language = 'en'): Lesson {
  const file = lessonFile(id, language);
  if (!existsSync(join(packageRoot(), file))) throw new UserError(`there is no lesson ${file}`, 2);
  return parseLesson(readFileSync(join(packageRoot(), file), 'utf8'), file);
}

/** Splits a lesson into front matter and sections. Throws UserError, with file and line, where it is broken. */
export function parseLesson(text: string, fileName: string): Lesson {
  const lines = markdownLines(text);
  const { frontMatter, end } = parseFrontMatter(lines, fileName);
  const [intro = [], ...rest] = splitBefore(lines.slice(end), isHeading);
  const sections = rest.map((section) => parseSection(section, fileName));
  refuseTwins(sections, fileName);
  return { ...frontMatter, file: fileName, opening: parseBlocks(intro, fileName), sections };
}

function parseSection([heading, ...lines]: MarkdownLine[], fileName: string): Section {
  const [, marks = '', title = '', id] = /^(#+)\s+(.*?)\s*(?:\{#([\w-]+)\})?\s*$/.exec(heading?.text ?? '') ?? [];
  const blocks = parseBlocks(lines, fileName);
  const predict = blocks.find((block) => block.type === 'predict');
  return {
    ...(id === undefined ? {} : { id }),
    title,
    level: marks.length,
    narration: firstParagraph(lines),
    ...(predict && { predict }),
    blocks,
    line: heading?.number ?? 0,
  };
}

function refuseTwins(sections: Section[], fileName: string): void {
  const seen = new Map<string, number>();
  for (const { id, line } of sections) {
    if (id === undefined) continue;
    const first = seen.get(id);
    if (first !== undefined) throw new UserError(`${fileName}:${line}: {#${id}} stands on line ${first} already`, 2);
    seen.set(id, line);
  }
}
