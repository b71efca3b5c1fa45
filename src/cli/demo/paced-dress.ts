import type { Interruption } from '../../terminal/interrupt.js';
import { Keyboard } from '../../terminal/keyboard.js';
import type { Demo, Extent } from '../../view/demo/state.js';
import type { Controller, Display } from './controller.js';
import { Lines, type Writing } from './lines.js';
import type { Dress } from './play.js';
import type { DemoCall } from './request.js';
import { TerminalSetup } from './terminal-setup.js';
import { visiting } from './visit.js';

/** The ordinary screen of a terminal, which gives way to the whole of it for as long as somebody wishes: one run, one demo. */
export class PacedDress implements Dress, Display {
  readonly display = this;
  readonly #call: DemoCall;
  readonly #interruption: Interruption;
  readonly #writing: Writing;
  readonly #lines: Lines;
  readonly #keyboard: Keyboard;
  #controller: Controller | undefined;
  #full: TerminalSetup | undefined;
  /** A key has been pressed since this was shown. What comes at once with it is no answer to what nobody has seen yet. */
  #isBehind = false;

  constructor(writing: Writing, call: DemoCall, interruption: Interruption) {
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
    else if (key === 's')
      void this.#controller?.aside(visiting(this.#occupant, this.#interruption, this.#writing.sink));
    else if (!isIdle) this.#tell(key);
  }

  #tell(key: string): void {
    this.#isBehind = true;
    this.#controller?.press(key);
  }

  readonly #occupant = {
    leave: () => {
      this.#lines.erasePrompt();
      this.#keyboard.leave();
    },
    enter: () => this.#keyboard.enter(),
  };

  #openFull(): void {
    if (this.#full || !this.#controller) return;
    this.#occupant.leave();
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
