import { Lines, type Writing } from '../../../src/cli/demo/lines.js';
import type { LabStarted } from '../../../src/lab/events.js';
import { HOST_STEP } from '../../../src/lab/host-step.js';
import { loadRun } from '../../../src/lab/recording.js';
import { loadLesson } from '../../../src/lesson/lesson.js';
import { writeScript } from '../../../src/view/demo/script.js';
import { beginDemo } from '../../../src/view/demo/state.js';
import { pacedLines } from '../../../src/view/paced/pages.js';
import type { Sink } from '../../../src/view/view.js';
import { itemsOf, Player } from './demo-sample.js';

/** A terminal that keeps what is written to it. */
export class Terminal {
  text = '';
  readonly sink: Sink;
  constructor(columns: number, language = 'en', look: Partial<Sink> = {}) {
    const write = async (text: string) => {
      this.text += text;
      return true;
    };
    this.sink = { columns, color: 0, unicode: true, language, write, ...look };
  }
}

/** Somebody who follows a run on the ordinary screen, and what is written meanwhile. */
export class PacedReader {
  readonly lines: Lines;
  readonly player: Player;
  readonly terminal: Terminal;

  constructor(player: Player, terminal: Terminal, writing: Partial<Writing> = {}) {
    [this.player, this.terminal] = [player, terminal];
    const course = { lab: '07', skip: 'name', next: '08' };
    this.lines = new Lines({
      ...{ sink: terminal.sink, course, rows: () => 23, linesOf: pacedLines, erases: true, fills: true },
      ...writing,
    });
    this.lines.show(player.demo);
  }

  press(...keys: string[]): this {
    for (const key of keys) {
      this.player.pressAt(key, this.lines.extentOf(this.player.demo));
      this.lines.show(this.player.demo);
    }
    return this;
  }

  /** What has been written since the last time this was asked: the lines that stay, and the line of the keys. */
  get new(): string {
    const { text } = this.terminal;
    this.terminal.text = '';
    return text.replaceAll('\r\x1b[K', '<erased>');
  }
}

/** A recorded run of a lab, with the lesson in a language. */
export async function recorded(lab: string, language: string): Promise<Player> {
  const events = loadRun(lab);
  if (!events) throw new Error(`there is no recording of ${lab}: npm run record makes one`);
  const steps = events.flatMap((event) => (event.type === 'step' && event.id !== HOST_STEP ? [event.id] : []));
  const lesson = loadLesson(lab, language);
  const script = writeScript({ id: lab, steps: [...steps, HOST_STEP] }, lesson, new Map());
  const started: LabStarted = { ...(events[0] as LabStarted), title: lesson.title };
  return new Player({ ...beginDemo(script, undefined, 'lines'), started }, (await itemsOf(events)).slice(1));
}
