import type { StepStarted } from '../lab/events.js';
import { paragraph, screenOf } from '../view/terminal/screen.js';
import { withoutMarks } from '../view/text/markdown.js';
import type { Sink } from '../view/view.js';

/** The question, if the step has one, and the keys; the cursor stays behind them. */
export function renderQuestion({ question }: StepStarted, sink: Sink, plain = false): string {
  const keys = question ? 'Make up your mind, then press Enter' : 'Enter: go on';
  if (plain) return `${question ? `Question: ${withoutMarks(question)}\n` : ''}${keys}, q to quit.`;
  const screen = screenOf(sink);
  const asked = question ? [...paragraph(`**?** ${question}`, screen), ''] : [];
  return `${asked.join('\n')}  ${screen.paint.inverse(` ${keys}   q: quit `)}`;
}

/** What is said about a step, once its question has been asked. */
export function renderNarration(prose: string, sink: Sink, plain = false): string {
  if (plain) return `${withoutMarks(prose)}\n`;
  return `\n${paragraph(prose, screenOf(sink)).join('\n')}\n`;
}
