import { UserError } from '../kernel/errors/user-error.js';
import { type MarkdownLine, markdownLines, splitBefore } from './markdown-lines.js';

/** A part of an instructor's own sequence. */
export type TalkPart = TextPart | LabPart;

/** A text, and nothing behind it. */
export interface TextPart {
  readonly title: string;
  /** In Markdown. */
  readonly text: string;
  readonly lab?: undefined;
}

/** Steps of a lab, behind a text. */
export interface LabPart extends Omit<TextPart, 'lab'> {
  /** As it is named: `01`. */
  readonly lab: string;
  /** All where none is named. */
  readonly steps: readonly string[];
  readonly skip: readonly string[];
  /** Where its `lab:` stands, for messages: `talk.md:4`. */
  readonly place: string;
}

const REMEDY = 'A part is `## Title`, and a text, or `lab: 01 clone-newpid old-proc --skip mount-proc`, or both.';

/** Reads a talk. Throws UserError, with file and line, where it is broken. */
export function parseTalk(text: string, fileName: string): TalkPart[] {
  const [, ...parts] = splitBefore(markdownLines(text), (line) => !line.code && /^##\s/.test(line.text));
  if (parts.length === 0) throw new UserError(`${fileName} has no part`, 2, REMEDY);
  return parts.map((lines) => parsePart(lines, fileName));
}

function parsePart([heading, ...lines]: readonly MarkdownLine[], fileName: string): TalkPart {
  const at = lines.find(({ code, text }) => !code && LAB.test(text));
  const title = (heading?.text ?? '').replace(/^##\s+/, '').trim();
  const texts = lines.flatMap((line) => (line === at ? [] : line.text));
  const text = texts.join('\n').trim();
  if (at) return { title, text, ...parseLab(at.text), place: `${fileName}:${at.number}` };
  if (text !== '') return { title, text };
  throw new UserError(`${fileName}:${heading?.number}: this part has neither a text nor a lab`, 2, REMEDY);
}

const LAB = /^lab\s*:/i;

function parseLab(text: string): Pick<LabPart, 'lab' | 'steps' | 'skip'> {
  const [words = '', skipped = ''] = text.replace(LAB, '').split('--skip');
  const [lab = '', ...steps] = wordsOf(words);
  return { lab, steps, skip: wordsOf(skipped) };
}

function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}
