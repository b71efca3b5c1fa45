import { FullScreen } from '../../terminal/full-screen.js';
import type { Interruption } from '../../terminal/interrupt.js';
import type { Stage } from '../../view/demo/layout.js';
import { colorLevel, showsUnicode, streamSink } from '../../view/sink.js';
import { Cast } from './cast.js';
import type { Controller } from './controller.js';
import { NotesServer } from './notes-server.js';
import { Outputs } from './outputs.js';
import type { Dress } from './play.js';
import { type DemoOptions, isTerminal } from './request.js';
import { visiting } from './visit.js';

/** The name of what is shown stands in a recording, and notes are found by its id. */
type Call = DemoOptions & { readonly entry: { readonly id: string; readonly title: string } };

type Look = Omit<Stage, 'columns' | 'rows'>;

/** What a demo is shown on, from its opening to its close: the screen, the recording, the presenter's notes. */
export class TerminalSetup implements Dress {
  readonly display: Outputs;
  readonly cast: Cast | undefined;
  /** False: `--no-color`. */
  readonly colored: boolean;
  readonly language: string;
  readonly #screen: FullScreen | undefined;
  readonly #notes: NotesServer;
  #controller: Controller | undefined;
  #closed = false;

  /** Throws UserError where the recording cannot be made. */
  constructor(call: Call, language: string, interruption: Interruption) {
    this.colored = call.color;
    this.language = language;
    this.#screen = isTerminal() ? this.#makeScreen(interruption) : undefined;
    const look = lookOf(call, language, this.#screen !== undefined);
    const size = this.#screen?.size ?? sizeOfNothing(process.env);
    this.cast = makeCast(call, size);
    this.#notes = new NotesServer(call.entry.id);
    this.display = new Outputs({ screen: this.#screen, cast: this.cast, notes: this.#notes }, look, size);
    this.#screen?.enter();
  }

  sendKeysTo(controller: Controller): void {
    this.#controller = controller;
  }

  begin(): void {
    this.display.begin();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#screen?.leave();
    this.cast?.close();
    this.#notes.close();
  }

  #makeScreen(interruption: Interruption): FullScreen {
    const { interrupt } = interruption;
    const sink = streamSink(process.stdout, this.colored, this.language);
    const onResize = () => {
      this.display.resized();
      this.#controller?.redraw();
    };
    const onKey = (key: string) => {
      if (key === 'interrupt') interrupt();
      else if (key === 's') void this.#controller?.aside(visiting(occupant, interruption, sink));
      else this.#controller?.press(key);
    };
    const screen = new FullScreen(process.stdin, process.stdout, { onKey, onClose: interrupt, onResize });
    const enter = () => {
      screen.enter();
      onResize();
    };
    const occupant = { leave: screen.leave, enter };
    return screen;
  }
}

/** Sixteen colours are what a projector shows as they are meant, on any background. A recording is in UTF-8, whatever the locale. */
function lookOf({ color }: Call, language: string, isSeen: boolean): Look {
  const { env } = process;
  const hasColor = isSeen ? colorLevel(env, color) > 0 : color && !env.NO_COLOR;
  return { color: hasColor ? 1 : 0, unicode: !isSeen || showsUnicode(env), language };
}

/** The size of a screen that nobody sees: what COLUMNS and LINES say, as of a terminal that does not tell. */
function sizeOfNothing({ COLUMNS, LINES }: NodeJS.ProcessEnv): { columns: number; rows: number } {
  return { columns: Math.max(Number(COLUMNS) || 100, 20), rows: Math.max(Number(LINES) || 30, 6) };
}

function makeCast({ record, force, entry }: Call, size: { columns: number; rows: number }): Cast | undefined {
  if (record === undefined) return undefined;
  const title = `tslab demo ${entry.id}: ${entry.title}`;
  const timestamp = Math.floor(Date.now() / 1000);
  const cast = new Cast(record, force === true, {
    ...size,
    title,
    timestamp,
    term: process.env.TERM ?? 'xterm-256color',
  });
  cast.screen(NO_CURSOR);
  return cast;
}

/** DEC private mode 25. */
const NO_CURSOR = '\x1b[?25l';
