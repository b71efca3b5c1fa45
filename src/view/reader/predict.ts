import type { Predict } from '../../lesson/predict.js';
import { wrap } from '../text/wrap.js';
import { readCommand } from './links.js';
import { inside, type Page, stack } from './page.js';
import { behindBar, formatMarkdown } from './prose.js';

/** The question and its choices, with letters; the answer on request. */
export function formatPredict(predict: Predict, section: string, page: Page): string[] {
  const within = inside(page, 2);
  const { paint, words, symbols } = page;
  const lines = [
    ...wrap([{ text: words.reader.predict, paint: paint.cyan.bold }], within.measure),
    ...stack([
      formatMarkdown(predict.question, within),
      predict.choices.flatMap((choice, index) => formatChoice(choice, index, within)),
      page.answers ? formatAnswer(predict, within) : formatWithheld(section, within),
    ]),
  ];
  return behindBar(paint.cyan(page.unicode ? '┃' : symbols.bar), lines);
}

/** `a`, `b`, … */
export function letterOf(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}

function formatChoice({ text, right }: Predict['choices'][number], index: number, page: Page): string[] {
  const isShown = page.answers && right;
  const mark = `${isShown ? page.symbols.held : ' '} ${letterOf(index)}) `;
  const [first = '', ...rest] = formatMarkdown(text, inside(page, mark.length));
  const painted = isShown ? page.paint.green.bold(mark) : page.paint.bold(mark);
  return [painted + first, ...rest.map((line) => ' '.repeat(mark.length) + line)];
}

function formatAnswer({ choices, why }: Predict, page: Page): string[] {
  const letter = letterOf(choices.findIndex(({ right }) => right));
  const { reader, colon } = page.words;
  return formatMarkdown(`**${reader.answer}${colon}${letter}.** ${why}`, page);
}

function formatWithheld(section: string, page: Page): string[] {
  return formatMarkdown(page.words.reader.answerWithheld(`${readCommand(page.name, section)} --answers`), page);
}
