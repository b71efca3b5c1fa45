import { UserError } from '../../kernel/errors/user-error.js';
import type { Answered, Check, LabEvent, StepStarted } from '../../lab/events.js';
import type { Predict } from '../../lesson/predict.js';
import type { Interruption } from '../../terminal/interrupt.js';
import { readKey } from '../../terminal/keyboard.js';
import { chooseLanguage } from '../../terminal/language.js';
import { letter } from '../../view/run/sentences.js';
import { streamSink } from '../../view/sink.js';
import { paragraph, type Screen, screenOf } from '../../view/terminal/screen.js';
import { withoutMarks } from '../../view/text/markdown.js';
import type { Sink } from '../../view/view.js';
import type { Words } from '../../view/words/index.js';
import type { LabCall } from './lab-options.js';

const ERASE_LINE = '\r\x1b[K';

/** `--step`: asks what the lesson asks, then waits for a key before a step goes on. */
export class Stepper {
  readonly #call: LabCall;
  readonly #interruption: Interruption;
  readonly #sink: Sink;
  readonly #narrations = new Map<string, string>();
  readonly #asked = new Map<string, Answered>();

  /** Throws UserError (2) where there is no terminal to wait at. */
  constructor(call: LabCall, interruption: Interruption) {
    const stream = call.json ? process.stderr : process.stdout;
    if (!process.stdin.isTTY || !stream.isTTY) throw noTerminal();
    this.#call = call;
    this.#interruption = interruption;
    this.#sink = streamSink(stream, call.color, chooseLanguage(call.lang, process.env));
  }

  /** Holds back what is said about a step that has a question, since that answers it, and gives the answer with the check. JSON stays whole. */
  follow(event: LabEvent): LabEvent {
    if (this.#call.json) return event;
    if (event.type === 'check') return this.#answered(event);
    if (event.type !== 'step' || !event.predict || !event.prose) return event;
    const { prose, ...rest } = event;
    this.#narrations.set(event.id, prose);
    return rest;
  }

  #answered(check: Check): Check {
    const answers = this.#asked.get(check.step);
    return answers && answers.predict.check === check.name ? { ...check, answers } : check;
  }

  /** `q` interrupts as Ctrl-C does, so that the lab ends in its one way. */
  async wait(step: StepStarted): Promise<void> {
    const { aborted, interrupt } = this.#interruption;
    if (aborted.aborted) return;
    await this.#sink.write(renderQuestion(step, this.#sink, this.#call.plain));
    const key = await readKey(process.stdin, { choices: step.predict?.choices.length ?? 0, aborted });
    await this.#sink.write(this.#call.plain || key === 'quit' ? '\n' : ERASE_LINE);
    if (key === 'quit') return aborted.aborted ? undefined : interrupt();
    const chosen = typeof key === 'number' ? { chosen: key } : {};
    if (step.predict) this.#asked.set(step.id, { predict: step.predict, ...chosen });
    await this.#narrate(step.id);
  }

  async #narrate(step: string): Promise<void> {
    const prose = this.#narrations.get(step);
    if (prose) await this.#sink.write(renderNarration(prose, this.#sink, this.#call.plain));
  }
}

function noTerminal(): UserError {
  const message = '--step waits for a key before each step, so it needs a terminal to read from and to write to.';
  return new UserError(message, 2, 'Start tslab in a terminal, without a pipe or a redirection; or leave --step out.');
}

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
