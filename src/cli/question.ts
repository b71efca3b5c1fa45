import type { StepStarted } from '../lab/events.js';
import type { Predict } from '../lab/predict.js';
import { paragraph, type Screen, screenOf } from '../view/terminal/screen.js';
import { withoutMarks } from '../view/text/markdown.js';
import type { Sink } from '../view/view.js';
import { letter } from '../view/words.js';

/** The question and its choices, if the step has one, and the keys; the cursor stays behind them. */
export function renderQuestion({ predict }: StepStarted, sink: Sink, plain = false): string {
  const keys = predict ? `Make up your mind: ${lettersOf(predict)}, or Enter` : 'Enter: go on';
  if (plain) return `${predict ? plainQuestion(predict) : ''}${keys}, q to quit.`;
  const screen = screenOf(sink);
  const asked = predict ? [...paragraph(`**?** ${predict.question}`, screen), ...choices(predict, screen), ''] : [];
  return `${asked.join('\n')}  ${screen.paint.inverse(` ${keys}   q: quit `)}`;
}

function lettersOf({ choices }: Predict): string {
  return choices.map((_, index) => letter(index)).join(', ');
}

function plainQuestion({ question, choices }: Predict): string {
  const lines = [`Question: ${question}`, ...choices.map(({ text }, index) => `${letter(index)}: ${text}`)];
  return lines.map((line) => `${withoutMarks(line)}\n`).join('');
}

function choices(predict: Predict, screen: Screen): string[] {
  return predict.choices.flatMap(({ text }, index) => paragraph(`**${letter(index)})** ${text}`, screen));
}

/** What is said about a step, once its question has been asked. */
export function renderNarration(prose: string, sink: Sink, plain = false): string {
  if (plain) return `${withoutMarks(prose)}\n`;
  return `\n${paragraph(prose, screenOf(sink)).join('\n')}\n`;
}
