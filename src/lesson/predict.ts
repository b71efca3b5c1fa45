import { UserError } from '../kernel/errors/user-error.js';
import { type MarkdownLine, splitBefore } from './markdown-lines.js';
import { joinLines } from './paragraph.js';

/** A question to be answered before the kernel answers it. */
export interface Predict {
  type: 'predict';
  /** The check of the step that answers it; empty in a text without a lab. */
  check: string;
  /** In Markdown, as are the choices and the reason. */
  question: string;
  choices: Choice[];
  why: string;
  line: number;
}

export interface Choice {
  text: string;
  right: boolean;
  /** What the check would find if this were so: its `actual`, `*` for anything. */
  says?: string;
}

const CHOICE = /^- \[([ x])\]\s+(.*)$/;
const SAYS = /^(.*?)\s*\{([^{}]*)\}$/s;
const REMEDY =
  'Write ::: predict NAME OF A CHECK, the question, `- [ ] choice {what the check says}` lines, one of them with [x], and the reason.';

/** Reads the inside of `::: predict NAME OF A CHECK`. Throws UserError where it has no choices, or not one right one. */
export function parsePredict(check: string, inside: readonly MarkdownLine[], place: string): Predict {
  const start = inside.findIndex(({ text }) => CHOICE.test(text));
  const blank = inside.findIndex(({ text }, index) => index > start && isBehindList(text, inside[index - 1]?.text));
  const end = blank === -1 ? inside.length : blank;
  if (start === -1) throw new UserError(`${place}: the question has no choices`, 2, REMEDY);
  const choices = joinChoices(inside.slice(start, end)).map(parseChoice);
  const right = choices.filter((choice) => choice.right);
  if (right.length !== 1) throw new UserError(`${place}: ${right.length} choices are marked as right`, 2, REMEDY);
  const line = Number(place.split(':').at(-1));
  return {
    type: 'predict',
    check,
    question: textOf(inside.slice(0, start)),
    choices,
    why: textOf(inside.slice(end)),
    line,
  };
}

/** A line that is neither a choice, nor blank, nor indented below one. */
function isBehindList(text: string, before: string | undefined): boolean {
  return text.trim() !== '' && !CHOICE.test(text) && !/^\s/.test(text) && before?.trim() === '';
}

/** Each choice with the lines that go on with it. */
function joinChoices(lines: readonly MarkdownLine[]): string[] {
  const written = lines.filter(({ text }) => text.trim() !== '');
  const [, ...choices] = splitBefore(written, ({ text }) => CHOICE.test(text));
  return choices.map(joinLines);
}

function parseChoice(line: string): Choice {
  const [, mark, text = ''] = CHOICE.exec(line) ?? [];
  const [, words = text, says] = SAYS.exec(text) ?? [];
  return { text: words, right: mark === 'x', ...(says === undefined ? {} : { says }) };
}

function textOf(lines: readonly MarkdownLine[]): string {
  return lines
    .map(({ text }) => text)
    .join('\n')
    .trim();
}
