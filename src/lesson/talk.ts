import { UserError } from '../kernel/errors/user-error.js';
import { type MarkdownLine, markdownLines, splitBefore } from './markdown-lines.js';

/** A part of an instructor's own sequence: a text, and steps of a lab behind it. */
export interface TalkPart {
  readonly title: string;
  /** In Markdown. */
  readonly text: string;
  /** As it is named: `01`. */
  readonly lab: string;
  /** All where none is named. */
  readonly steps: readonly string[];
  readonly skip: readonly string[];
  /** Where its `lab:` stands, for messages: `talk.md:4`. */
  readonly place: string;
}

const REMEDY = 'A part is `## Title`, `lab: 01 clone-newpid old-proc --skip mount-proc`, and a text.';

/** Reads a talk. Throws UserError, with file and line, where it is broken. */
export function parseTalk(text: string, fileName: string): TalkPart[] {
  const [, ...parts] = splitBefore(markdownLines(text), (line) => !line.code && /^##\s/.test(line.text));
  if (parts.length === 0) throw new UserError(`${fileName} has no part`, 2, REMEDY);
  return parts.map((lines) => parsePart(lines, fileName));
}

function parsePart([heading, ...lines]: readonly MarkdownLine[], fileName: string): TalkPart {
  const at = lines.find(({ code, text }) => !code && text.startsWith('lab:'));
  if (!at) throw new UserError(`${fileName}:${heading?.number}: this part names no lab`, 2, REMEDY);
  const [words = '', skipped = ''] = at.text.slice('lab:'.length).split('--skip');
  const [lab = '', ...steps] = wordsOf(words);
  return {
    title: (heading?.text ?? '').replace(/^##\s+/, '').trim(),
    text: lines
      .flatMap((line) => (line === at ? [] : line.text))
      .join('\n')
      .trim(),
    ...{ lab, steps, skip: wordsOf(skipped), place: `${fileName}:${at.number}` },
  };
}

function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}
