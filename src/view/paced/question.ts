import type { Check } from '../../lab/events.js';
import type { Predict } from '../../lesson/predict.js';
import { inline } from '../demo/prose.js';
import { rightChoice } from '../demo/question.js';
import { asks, type Demo, type Page, type StepPage } from '../demo/state.js';
import { letter } from '../run/sentences.js';
import { paragraph, type Screen, withMargin } from '../terminal/screen.js';
import { wrap } from '../text/wrap.js';
import type { PacedScreen } from './screen.js';

/** Columns that a paragraph takes at most. */
const WIDEST = 100;

/** The question and its choices, each with its letter. */
export function questionLines({ question, choices }: Predict, screen: Screen): string[] {
  const width = Math.min(screen.width - 2, WIDEST);
  const options = choices.flatMap(({ text }, index) => wrap(inline(`**${letter(index)})** ${text}`, screen), width, 3));
  return [...paragraph(`**?** ${question}`, screen), '', ...withMargin(' ', options)];
}

/** Only what is asked: the rest is told to a program (`--json`). */
export function questionPage(_: Demo, page: Page, screen: PacedScreen): string[] {
  return asks(page) ? questionLines(page.step.predict, screen) : [];
}

/** Whether the guess was right, and what is, in Markdown. */
export function verdictOf(demo: Demo, page: StepPage, { words, symbols }: PacedScreen): string {
  const { right, check } = answerOf(page);
  const choice = page.step.predict?.choices[right];
  if (!choice) return `**${symbols.isNew} ${check ? words.demo.noneFits : words.demo.noAnswer}**`;
  const answer = `**${letter(right)})** ${choice.text}`;
  const chosen = demo.votes[page.step.id];
  if (chosen === undefined) return words.guess.answer(answer);
  return chosen === right
    ? `**${symbols.held}** ${words.guess.right(answer)}`
    : words.guess.wrong(letter(chosen), answer);
}

/** The number of the choice that the kernel has taken, -1 where it has taken none, and the check that tells. */
export function answerOf({ step, told }: Pick<StepPage, 'step' | 'told'>): { right: number; check: Check | undefined } {
  const { predict } = step;
  const check = told.items.find((item): item is Check => item.type === 'check' && item.name === predict?.check);
  return { right: predict ? rightChoice(predict, check) : -1, check };
}
