import type { StepStarted } from '../../lab/events.js';
import type { Predict } from '../../lesson/predict.js';
import { letter } from '../../view/run/sentences.js';
import { paragraph, type Screen, screenOf } from '../../view/terminal/screen.js';
import { withoutMarks } from '../../view/text/markdown.js';
import type { Sink } from '../../view/view.js';
import type { Words } from '../../view/words/words.js';

/** The question and its choices, if the step has one, and the keys; the cursor stays behind them. */
export function renderQuestion({ predict }: StepStarted, sink: Sink, plain = false): string {
  const screen = screenOf(sink);
  const { prompt, comma } = screen.words;
  const keys = predict ? prompt.choose(lettersOf(predict).join(comma)) : prompt.goOn;
  if (plain) return `${predict ? plainQuestion(predict, screen.words) : ''}${prompt.plainKeys(keys)}`;
  const asked = predict ? [...paragraph(`**?** ${predict.question}`, screen), ...choices(predict, screen), ''] : [];
  return `${asked.join('\n')}  ${screen.paint.inverse(` ${keys}   ${prompt.quit} `)}`;
}

function lettersOf({ choices }: Predict): string[] {
  return choices.map((_, index) => letter(index));
}

function plainQuestion({ question, choices }: Predict, { prompt, plain }: Words): string {
  const options = choices.map(({ text }, index) => plain.labelled(letter(index), text));
  return [prompt.question(question), ...options].map((line) => `${withoutMarks(line)}\n`).join('');
}

function choices(predict: Predict, screen: Screen): string[] {
  return predict.choices.flatMap(({ text }, index) => paragraph(`**${letter(index)})** ${text}`, screen));
}

/** What is said about a step, once its question has been asked. */
export function renderNarration(prose: string, sink: Sink, plain = false): string {
  if (plain) return `${withoutMarks(prose)}\n`;
  return `\n${paragraph(prose, screenOf(sink)).join('\n')}\n`;
}
