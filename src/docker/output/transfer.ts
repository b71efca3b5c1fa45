import { hexOf } from '../../image/digest.js';
import type { LayerState, TransferEvent } from '../../image/transfer/events.js';
import { visibleLine } from '../../view/text/visible.js';
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

/** In so many columns: sizes are told where a bar has no room. */
function layerLine({ digest, state, done, total, from }: LayerEvent, columns = Number.POSITIVE_INFINITY): string {
  const source = from === undefined ? '' : ` from ${from}`;
  const text = `${hexOf(digest).slice(0, 12)}: ${WORDS[state]}${source}`;
  if (done === undefined || total === undefined) return text;
  const sizes = `${decimalSize(done)}/${decimalSize(total)}`;
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

/** ms between two changes of a line by bytes that came. */
const PAUSE = 100;

/** The same at a terminal: a line for each layer, which changes in its place. */
export class TransferScreen {
  readonly #size: () => TerminalSize;
  /** By layer: its line, and when it last changed, in ms. */
  readonly #lines = new Map<string, { readonly at: number; readonly changed: number }>();
  #count = 0;

  /** `size` is asked each time: a terminal may change it. */
  constructor(size: () => TerminalSize) {
    this.#size = size;
  }

  /** What is to be written for an event. */
  take(event: TransferEvent, now: number): string {
    if (event.type === 'retry') return this.#newLine(transferLine(event).trimEnd());
    const known = this.#lines.get(event.digest);
    const text = layerLine(event, this.#size().columns - 1);
    if (!known) {
      this.#lines.set(event.digest, { at: this.#count, changed: now });
      return this.#newLine(text);
    }
    const isUnderWay = event.done !== undefined && event.done !== event.total;
    if (isUnderWay && now - known.changed < PAUSE) return '';
    this.#lines.set(event.digest, { ...known, changed: now });
    return this.#changed(this.#count - known.at, text);
  }

  #newLine(text: string): string {
    this.#count++;
    return `${this.#cut(text)}\n`;
  }

  /** A line that has scrolled away cannot be changed. CUU, EL, CUD: ECMA-48. */
  #changed(up: number, text: string): string {
    return up < this.#size().rows ? `\x1b[${up}A\r\x1b[2K${this.#cut(text)}\x1b[${up}B\r` : '';
  }

  #cut(text: string): string {
    return text.slice(0, this.#size().columns - 1);
  }
}
