import { type FullScreen, repaint } from '../../terminal/full-screen.js';
import type { Stage } from '../../view/demo/layout.js';
import { noteOf } from '../../view/demo/notes/note.js';
import { extentOf, render } from '../../view/demo/render.js';
import { type Demo, type Extent, pageOf } from '../../view/demo/state.js';
import type { Cast } from './cast.js';
import type { Display } from './controller.js';
import type { NotesServer } from './notes-server.js';

/** What is open for a demo: the screen of the room, the recording, the presenter's notes. */
export interface OpenOutputs {
  readonly screen: FullScreen | undefined;
  readonly cast: Cast | undefined;
  readonly notes: NotesServer;
}

/** Writes to each what is for it. */
export class Outputs implements Display {
  readonly #opened: OpenOutputs;
  readonly #look: Omit<Stage, 'columns' | 'rows'>;
  readonly #size: { columns: number; rows: number };
  readonly #startedAt = Date.now();
  #painted: readonly string[] | undefined;
  #marked = new Set<string>();

  /** `size` is that of a screen that nobody sees. */
  constructor(opened: OpenOutputs, look: Omit<Stage, 'columns' | 'rows'>, size: { columns: number; rows: number }) {
    [this.#opened, this.#look, this.#size] = [opened, look, size];
  }

  get stage(): Stage {
    return { ...(this.#opened.screen?.size ?? this.#size), ...this.#look };
  }

  extentOf(demo: Demo): Extent {
    return extentOf(demo, this.stage);
  }

  show(demo: Demo): void {
    const lines = render(demo, this.stage);
    const text = repaint(this.#painted, lines);
    this.#painted = lines;
    if (text !== '') {
      this.#opened.screen?.write(text);
      this.#opened.cast?.screen(text);
    }
    this.#mark(demo);
    this.#opened.notes.publish(noteOf(demo, this.#startedAt));
  }

  /** The window has another size: whatever it shows now is not what was drawn. */
  resized(): void {
    this.#painted = undefined;
    this.#opened.cast?.resize(this.stage);
  }

  /** The lab begins anew. */
  begin(): void {
    this.#marked = new Set();
  }

  /** Behind the screen that it marks, so that whoever jumps to it sees that screen. */
  #mark(demo: Demo): void {
    const page = pageOf(demo);
    if (page.kind === 'title' || page.kind === 'end' || this.#marked.has(page.step.id)) return;
    this.#marked.add(page.step.id);
    this.#opened.cast?.marker(`${page.number} ${page.step.title}`);
  }
}
