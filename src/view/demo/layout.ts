import { type Screen, screenOf } from '../terminal/screen.js';
import type { Words } from '../words/index.js';
import { projectorPaint } from './projector.js';

/** The terminal that a demo is shown on. */
export interface Stage {
  readonly columns: number;
  readonly rows: number;
  /** 0 no colour, else the sixteen of every terminal. */
  readonly color: 0 | 1;
  readonly unicode: boolean;
  readonly language: string;
}

/** Where things stand on it. */
export interface Layout {
  readonly stage: Stage;
  /** Columns left of everything. */
  readonly margin: number;
  /** As wide as the text may be. */
  readonly screen: Screen;
  /** Columns of prose, which nobody reads well in long lines. */
  readonly measure: number;
  /** Lines between the head and the foot of the screen. */
  readonly rows: number;
  /** Whether a blank line parts head and foot from the rest. */
  readonly airy: boolean;
  readonly words: Words['demo'];
}

const WIDEST = 104;
const COMFORTABLE = 72;
const AIRY = 16;

/** Decides where things stand. */
export function layOut(stage: Stage): Layout {
  const { columns, rows, color, unicode, language } = stage;
  const least = columns >= 100 ? 8 : columns >= 70 ? 4 : columns >= 40 ? 2 : 0;
  const width = Math.max(Math.min(columns - 2 * least, WIDEST), 1);
  const sink = { columns: width, color, unicode, language, write: async () => true };
  const screen = { ...screenOf(sink), paint: projectorPaint(color) };
  const airy = rows >= AIRY;
  const frame = airy ? 4 : 2;
  return {
    ...{ stage, screen, airy, margin: Math.floor((columns - width) / 2), words: screen.words.demo },
    ...{ measure: Math.min(width, COMFORTABLE), rows: Math.max(rows - frame, 1) },
  };
}
