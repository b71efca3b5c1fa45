import { UserError } from '../kernel/user-error.js';
import type { StepStarted } from '../lab/events.js';
import { streamSink } from '../view/sink.js';
import { paragraph, screenOf } from '../view/terminal/screen.js';
import { withoutMarks } from '../view/text/markdown.js';
import type { BeforeStep, Sink } from '../view/view.js';
import type { Interruption } from './interrupt.js';
import { readKey } from './keyboard.js';
import type { LabCall } from './lab-command.js';

const ERASE_LINE = '\r\x1b[K';

/**
 * `--step`: asks what the lesson asks, then waits for a key. `q` interrupts as Ctrl-C does, so that the lab ends in its one
 * way. Throws UserError (2) where there is no terminal to wait at.
 */
export function createPace(call: LabCall, { aborted, interrupt }: Interruption): BeforeStep {
  const stream = call.json ? process.stderr : process.stdout;
  if (!process.stdin.isTTY || !stream.isTTY) throw noTerminal();
  const sink = streamSink(stream, call.color);
  return async (step) => {
    if (aborted.aborted) return;
    await sink.write(renderQuestion(step, sink, call.plain));
    const key = await readKey(process.stdin, aborted);
    await sink.write(call.plain || key === 'quit' ? '\n' : ERASE_LINE);
    if (key === 'quit' && !aborted.aborted) interrupt();
  };
}

function noTerminal(): UserError {
  const message = '--step waits for a key before each step, so it needs a terminal to read from and to write to.';
  return new UserError(message, 2, 'Start tslab in a terminal, without a pipe or a redirection; or leave --step out.');
}

/** The question, if the step has one, and the keys; the cursor stays behind them. */
export function renderQuestion({ question }: StepStarted, sink: Sink, plain = false): string {
  const keys = question ? 'Make up your mind, then press Enter' : 'Enter: go on';
  if (plain) return `${question ? `Question: ${withoutMarks(question)}\n` : ''}${keys}, q to quit.`;
  const screen = screenOf(sink);
  const asked = question ? ['', ...paragraph(question, screen), ''] : [];
  return `${asked.join('\n')}  ${screen.paint.inverse(` ${keys}   q: quit `)}`;
}
