import type { Interruption } from '../../terminal/interrupt.js';
import { Keyboard } from '../../terminal/raw-keyboard.js';
import type { Demo, Extent } from '../../view/demo/state.js';
import { wordsIn } from '../../view/words/index.js';
import type { Controller, Display } from './controller.js';
import { Lines, type Writing } from './lines.js';
import type { Dress } from './play.js';
import type { DemoCall } from './request.js';
import { TerminalSetup } from './terminal-setup.js';

/** What a run was asked for, and the steps whose processes are held: the lab looks at each of them whether it is there. */
export interface PacedCall extends DemoCall {
  readonly heldSteps: Set<string>;
  readonly steps: readonly string[];
}

/** The ordinary screen of a terminal, which gives way to the whole of it for as long as somebody wishes: one run, one demo. */
export class PacedDress implements Dress, Display {
  readonly display = this;
  readonly #call: PacedCall;
  readonly #interruption: Interruption;
  readonly #writing: Writing;
  readonly #lines: Lines;
  readonly #keyboard: Keyboard;
  #controller: Controller | undefined;
  #full: TerminalSetup | undefined;
  #demo: Demo | undefined;
  /** A key has been pressed since this was shown. What comes at once with it is no answer to what nobody has seen yet. */
  #isBehind = false;

  constructor(writing: Writing, call: PacedCall, interruption: Interruption) {
    [this.#writing, this.#call, this.#interruption] = [writing, call, interruption];
    this.#lines = new Lines(writing);
    this.#keyboard = new Keyboard(process.stdin, {
      onKey: (key) => this.#press(key),
      onClose: interruption.interrupt,
      onStop: () => this.#lines.erasePrompt(),
      onContinue: this.#anew,
    });
    process.stdout.on('resize', this.#redraw);
    this.#keyboard.enter();
  }

  sendKeysTo(controller: Controller): void {
    this.#controller = controller;
  }

  extentOf(demo: Demo): Extent {
    return (this.#full?.display ?? this.#lines).extentOf(demo);
  }

  show(demo: Demo): void {
    this.#demo = demo;
    if (demo.dress === 'screen') this.#openFull();
    else this.#closeFull();
    (this.#full?.display ?? this.#lines).show(demo);
    this.#isBehind = false;
  }

  begin(): void {
    this.#closeFull();
    this.#lines.begin();
  }

  close(): void {
    this.#closeFull();
    this.#lines.erasePrompt();
    this.#keyboard.leave();
    process.stdout.off('resize', this.#redraw);
  }

  #press(key: string): void {
    const isIdle = (this.#isBehind && key !== 'q') || (key === 'd' && !this.#writing.fills);
    if (key === 'interrupt') this.#interruption.interrupt();
    else if (!isIdle) this.#act(key);
  }

  /** Keys that change nothing of the demo work among lines, while the lab stands still; all others are told to it. */
  #act(key: string): void {
    if ((key !== 's' && key !== 'h') || this.#full) this.#tell(key);
    else if (this.#demo?.lab === 'running') return;
    else if (key === 'h') this.#toggleHold();
    else void this.#openShell();
  }

  #toggleHold(): void {
    const { heldSteps, steps } = this.#call;
    const isHeld = heldSteps.size > 0;
    heldSteps.clear();
    if (!isHeld) for (const step of steps) heldSteps.add(step);
    this.#lines.say(isHeld ? this.#words.holdsNoMore : this.#words.holds);
    this.#redraw();
  }

  /** Where a process is that is held, else on the host; the terminal is the shell's until it ends. */
  async #openShell(): Promise<void> {
    const { openShell, placeOfShell } = await import('../commands/shell.js');
    const { aborted } = this.#interruption;
    const place = placeOfShell(this.#demo?.held?.processes ?? []);
    this.#lines.say(this.#words.shellIn(place?.pid));
    this.#keyboard.leave();
    await openShell(place, aborted);
    if (aborted.aborted) return;
    this.#keyboard.enter();
    this.#anew();
  }

  get #words() {
    return wordsIn(this.#writing.sink.language).prompt;
  }

  #tell(key: string): void {
    this.#isBehind = true;
    this.#controller?.press(key);
  }

  #openFull(): void {
    if (this.#full || !this.#controller) return;
    this.#lines.erasePrompt();
    this.#keyboard.leave();
    this.#full = new TerminalSetup(this.#call, this.#writing.sink.language ?? 'en', this.#interruption);
    this.#full.sendKeysTo(this.#controller);
  }

  #closeFull(): void {
    if (!this.#full) return;
    this.#full.close();
    this.#full = undefined;
    this.#keyboard.enter();
  }

  readonly #redraw = (): void => this.#controller?.redraw();

  /** A shell has written to the terminal meanwhile. */
  readonly #anew = (): void => {
    this.#lines.forgetPrompt();
    this.#redraw();
  };
}
