import { UserError } from '../../kernel/errors/user-error.js';
import type { Held } from '../../lab/events.js';
import type { Interruption } from '../../terminal/interrupt.js';
import { chooseLanguage } from '../../terminal/language.js';
import { streamSink } from '../../view/sink.js';
import { formatHeld, plainHeld } from '../../view/terminal/hold.js';
import { paragraph, screenOf } from '../../view/terminal/screen.js';
import { withoutMarks } from '../../view/text/markdown.js';
import type { Sink } from '../../view/view.js';
import { wordsIn } from '../../view/words/index.js';
import { askKey } from './ask-key.js';
import type { LabCall } from './lab-options.js';
import { shellAmong } from './shell.js';

/** What ends the lab, opens a shell, and goes on. */
const [QUIT, SHELL, GO_ON] = [
  ['q', 'Q', 'interrupt'],
  ['s', 'S'],
  ['space', 'enter'],
];
const KEYS: ReadonlySet<string> = new Set([...QUIT, ...SHELL, ...GO_ON]);

/** `--hold`: waits for a key before processes of a step end, says how to look at them, and opens a shell among them. */
export class Holder {
  readonly #call: LabCall;
  readonly #interruption: Interruption;
  readonly #sink: Sink;
  readonly #held = new Set<number>();
  #step = '';

  /** Throws UserError (2) where there is no terminal to wait at. */
  constructor(call: LabCall, interruption: Interruption) {
    const stream = call.json ? process.stderr : process.stdout;
    if (!process.stdin.isTTY || !stream.isTTY) throw noTerminal();
    [this.#call, this.#interruption] = [call, interruption];
    this.#sink = streamSink(stream, call.color, chooseLanguage(call.lang, process.env));
  }

  /** Each process is held once. `q` interrupts as Ctrl-C does, so that the lab ends in its one way. */
  async wait(held: Held): Promise<void> {
    const isNew = held.processes.some(({ pid }) => !this.#held.has(pid));
    if (isNew) await this.#hold(held);
    else if (held.over && this.#step !== held.step) await this.#say(this.#words.prompt.nothingHeld(held.step));
  }

  async #hold(held: Held): Promise<void> {
    this.#step = held.step;
    for (const { pid } of held.processes) this.#held.add(pid);
    const lines = this.#call.plain ? plainHeld(held, this.#words) : formatHeld(held, screenOf(this.#sink));
    await this.#sink.write(`${lines.join('\n')}\n`);
    const { aborted } = this.#interruption;
    const say = (pid: number | undefined) => this.#say(this.#words.prompt.shellIn(pid));
    while (SHELL.includes(await this.#ask())) await shellAmong(held, say, aborted);
  }

  async #ask(): Promise<string> {
    const { aborted, interrupt } = this.#interruption;
    if (aborted.aborted) return 'q';
    const { goOn, shell, quit, plainKeys } = this.#words.prompt;
    const keys = `${goOn}   ${shell}`;
    const { paint } = screenOf(this.#sink);
    const { plain } = this.#call;
    const line = plain ? plainKeys(keys) : `  ${paint.inverse(` ${keys}   ${quit} `)}`;
    const key = await askKey({ line, keys: KEYS, plain }, this.#sink, aborted);
    if (QUIT.includes(key) && !aborted.aborted) interrupt();
    return key;
  }

  async #say(text: string): Promise<void> {
    const lines = this.#call.plain ? [withoutMarks(text)] : paragraph(text, screenOf(this.#sink));
    await this.#sink.write(`${lines.join('\n')}\n`);
  }

  get #words() {
    return wordsIn(this.#sink.language);
  }
}

function noTerminal(): UserError {
  const message =
    '--hold waits for a key before the processes of a step end, so it needs a terminal to read from and to write to.';
  return new UserError(message, 2, 'Start tslab in a terminal, without a pipe or a redirection; or leave --hold out.');
}
