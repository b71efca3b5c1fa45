import { hexOf } from '../../image/digest.js';
import type { LayerState, TransferEvent } from '../../image/transfer/events.js';
import { visibleLine } from '../../view/text/visible.js';
import { cutToWidth, displayWidth } from '../../view/text/width.js';
import { decimalSize } from './sizes.js';

type LayerEvent = Extract<TransferEvent, { type: 'layer' }>;

/** Docker's words; and 'Compressing', which it does without a word. */
const WORDS: Record<LayerState, string> = {
  announced: 'Pulling fs layer',
  waiting: 'Waiting',
  downloading: 'Downloading',
  downloaded: 'Download complete',
  unpacking: 'Extracting',
  unpacked: 'Pull complete',
  present: 'Already exists',
  preparing: 'Preparing',
  compressing: 'Compressing',
  pushing: 'Pushing',
  pushed: 'Pushed',
  mounted: 'Mounted',
  'already there': 'Layer already exists',
};

/** What a file gets of an event: a line, or nothing for what is under way. */
export function transferLine(event: TransferEvent): string {
  if (event.type === 'retry') return `Retrying in ${event.seconds} s: ${visibleLine(event.why)}\n`;
  return ['downloading', 'unpacking', 'pushing'].includes(event.state) ? '' : `${layerLine(event)}\n`;
}

/** As wide as a bar is at most, and what is too narrow for one. */
const WIDEST = 30;
const NARROWEST = 5;

/** In so many columns: sizes are told where a bar has no room, and left out where they have none. */
function layerLine({ digest, state, done, total, from }: LayerEvent, columns = Number.POSITIVE_INFINITY): string {
  const source = from === undefined ? '' : ` from ${from}`;
  const text = `${hexOf(digest).slice(0, 12)}: ${WORDS[state]}${source}`;
  if (done === undefined || total === undefined) return text;
  const sizes = `${decimalSize(done)}/${decimalSize(total)}`;
  if (text.length + 2 + sizes.length > columns) return text;
  const width = Math.min(WIDEST, columns - text.length - sizes.length - '  []  '.length);
  return [text, ...(width < NARROWEST ? [] : [progressBar(done, total, width)]), sizes].join('  ');
}

function progressBar(done: number, total: number, width: number): string {
  const filled = total > 0 ? Math.floor((done / total) * width) : width;
  const bar = filled < width ? `${'='.repeat(filled)}>`.padEnd(width) : '='.repeat(width);
  return `[${bar}]`;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** ms between two changes by bytes that came. */
const PAUSE = 100;
/** What the end of a layer is called: those before the first other one are the first to go where there is no room. */
const DONE: ReadonlySet<LayerState> = new Set(['unpacked', 'present', 'pushed', 'mounted', 'already there']);

/** The same at a terminal: a line for each layer, which changes in its place, and above them what else is told. */
export class TransferScreen {
  readonly #size: () => TerminalSize;
  readonly #layers = new Map<string, LayerEvent>();
  /** The lines that are drawn, above the cursor. */
  #drawn: readonly string[] = [];
  #changed = Number.NEGATIVE_INFINITY;

  /** `size` is asked each time: a terminal may change it. */
  constructor(size: () => TerminalSize) {
    this.#size = size;
  }

  /** What is to be written for an event. */
  take(event: TransferEvent, now: number): string {
    if (event.type === 'retry') return this.#draw([transferLine(event).trimEnd()]);
    const isKnown = this.#layers.get(event.digest)?.state === event.state;
    this.#layers.set(event.digest, event);
    const isUnderWay = event.done !== undefined && event.done !== event.total;
    if (isKnown && isUnderWay && now - this.#changed < PAUSE) return '';
    this.#changed = now;
    return this.#draw([]);
  }

  /** All lines are written each time: who makes a terminal narrower finds them wrapped. CUU, EL, ED: ECMA-48. */
  #draw(above: readonly string[]): string {
    const { columns, rows } = this.#size();
    const up = Math.min(
      rows - 1,
      this.#drawn.reduce((sum, line) => sum + rowsOf(line, columns), 0),
    );
    this.#drawn = shownOf([...this.#layers.values()], { columns, rows });
    const lines = [...above.map((line) => cutToWidth(line, columns - 1)), ...this.#drawn];
    return `${up > 0 ? `\x1b[${up}A` : ''}\r${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`;
  }
}

/** Terminals break a line anew that has become too long for them (xterm alone cuts it). */
function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(displayWidth(line) / columns));
}

/** The lines that there is room for: from the first layer on that is not done, and how many the others are. */
function shownOf(all: readonly LayerEvent[], { columns, rows }: TerminalSize): string[] {
  const room = Math.max(1, rows - 1);
  const lines = all.map((event) => cutToWidth(layerLine(event, columns - 1), columns - 1));
  if (lines.length <= room) return lines;
  const most = Math.max(1, room - 2);
  const unfinished = all.findIndex(({ state }) => !DONE.has(state));
  const first = Math.min(unfinished < 0 ? lines.length : unfinished, lines.length - most);
  const last = first + most;
  return [
    ...others(first, 'above, complete'),
    ...lines.slice(first, last),
    ...others(lines.length - last, 'below'),
  ].map((line) => cutToWidth(line, columns - 1));
}

function others(count: number, which: string): string[] {
  return count === 0 ? [] : [`… ${count} more ${which}`];
}
