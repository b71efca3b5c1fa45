import { UserError } from '../../kernel/errors/user-error.js';
import type { Answered, Check, LabEvent, StepStarted } from '../../lab/events.js';
import type { Interruption } from '../../terminal/interrupt.js';
import { readKey } from '../../terminal/keyboard.js';
import { chooseLanguage } from '../../terminal/language.js';
import { streamSink } from '../../view/sink.js';
import type { Sink } from '../../view/view.js';
import type { LabCall } from './lab.js';
import { renderNarration, renderQuestion } from './question.js';

const ERASE_LINE = '\r\x1b[K';

/** `--step`: asks what the lesson asks, then waits for a key before a step goes on. */
export class Pace {
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
