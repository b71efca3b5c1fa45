import { createInterface } from 'node:readline';
import { FullScreen, repaint } from '../../terminal/full-screen.js';
import { type Interruption, untilInterrupted } from '../../terminal/interrupt.js';
import { chooseLanguage } from '../../terminal/language.js';
import { print } from '../../terminal/output.js';
import type { Stage } from '../../view/demo/layout.js';
import type { Note } from '../../view/demo/notes/note.js';
import { noteLength, renderNote } from '../../view/demo/notes/render-note.js';
import { colorLevel, showsUnicode } from '../../view/sink.js';
import { wordsIn } from '../../view/words/index.js';
import { findDemo } from './find-demo.js';
import { parseNote } from './notes-server.js';
import { type DemoOptions, needTerminal, refuseOtherViews } from './request.js';

const REMEDY = 'Start it in a second terminal, beside the one of the demo, without a pipe or a redirection.';

/** `tslab demo --notes`: the notes of a demo, until it ends. 0 where it says goodbye, 1 where it is suddenly gone. */
export async function viewNotes(options: DemoOptions, lab?: string): Promise<number> {
  refuseOtherViews(options);
  needTerminal('tslab demo --notes', REMEDY);
  const language = chooseLanguage(options.lang, process.env);
  const color = colorLevel(process.env, options.color) > 0 ? 1 : 0;
  const look = { color, unicode: showsUnicode(process.env), language } as const;
  return untilInterrupted((interruption) => follow(lab, look, interruption));
}

async function follow(lab: string | undefined, look: Look, { aborted, interrupt }: Interruption): Promise<number> {
  const leave = new AbortController();
  const left = AbortSignal.any([aborted, leave.signal]);
  const screen = new NotesScreen(look, () => leave.abort(), interrupt);
  let end: Ending = 'left';
  try {
    end = await readNotes(lab, left, (note) => screen.show(note));
  } finally {
    screen.close();
  }
  if (end !== 'left') print(`${wordsIn(look.language).demo.notes[end]}\n`);
  return end === 'lost' ? 1 : 0;
}

type Ending = 'over' | 'lost' | 'left';

/** Tells each note as it comes. How that ended: with a goodbye, without one, or because nobody wants to know any more. */
async function readNotes(lab: string | undefined, left: AbortSignal, tell: (note: Note) => void): Promise<Ending> {
  try {
    const socket = await findDemo(lab, left);
    left.addEventListener('abort', () => socket.destroy());
    const lines = createInterface({ input: socket });
    // A socket that is destroyed closes without an end, which is all that readline looks at.
    socket.on('error', () => {}).on('close', () => lines.close());
    for await (const line of lines) {
      const note = parseNote(line);
      if (!note) return 'over';
      tell(note);
    }
  } catch (error) {
    if (!left.aborted) throw error;
  }
  return left.aborted ? 'left' : 'lost';
}

type Look = Omit<Stage, 'columns' | 'rows'>;

/** The presenter's own screen: the notes, and a clock. */
class NotesScreen {
  readonly #look: Look;
  readonly #screen: FullScreen;
  readonly #clock: NodeJS.Timeout;
  #note: Note | undefined;
  #scroll = 0;
  #painted: readonly string[] | undefined;

  constructor(look: Look, quit: () => void, interrupt: () => void) {
    this.#look = look;
    const onKey = (key: string) => (key === 'interrupt' ? interrupt() : key === 'q' ? quit() : this.#scrollTo(key));
    this.#screen = new FullScreen(process.stdin, process.stdout, { onKey, onClose: interrupt, onResize: this.#anew });
    this.#screen.enter();
    this.#clock = setInterval(() => this.#draw(), 1000);
  }

  show(note: Note): void {
    if (note.number !== this.#note?.number) this.#scroll = 0;
    this.#note = note;
    this.#draw();
  }

  close(): void {
    clearInterval(this.#clock);
    this.#screen.leave();
  }

  readonly #anew = (): void => {
    this.#painted = undefined;
    this.#draw();
  };

  #draw(): void {
    const lines = renderNote(this.#note, Date.now(), this.#scroll, this.#stage);
    this.#screen.write(repaint(this.#painted, lines));
    this.#painted = lines;
  }

  #scrollTo(key: string): void {
    const step = { up: -1, down: 1, pageup: -10, pagedown: 10 }[key] ?? 0;
    const lowest = Math.max(noteLength(this.#note, this.#stage) - this.#stage.rows + 2, 0);
    this.#scroll = Math.min(Math.max(this.#scroll + step, 0), lowest);
    this.#draw();
  }

  get #stage(): Stage {
    return { ...this.#screen.size, ...this.#look };
  }
}
