import { describe, expect, it } from 'vitest';
import { TransferScreen, transferLine } from '../../../src/docker/output/transfer.js';
import type { TransferEvent } from '../../../src/image/transfer/events.js';
import { displayWidth } from '../../../src/view/text/width.js';

const layer = (name: string, event: object) =>
  ({ type: 'layer', digest: `sha256:${name.repeat(64)}`, ...event }) as Extract<TransferEvent, { type: 'layer' }>;
const half = { state: 'downloading', done: 15_000_000, total: 30_000_000 };

/** A terminal that breaks lines, and breaks them anew where it becomes narrower, as most do. LF, CR, CUU, EL and ED are all that is written. */
class Terminal {
  readonly size: { columns: number; rows: number };
  /** Whole lines; the cursor stands before one of their rows. */
  #lines: string[] = [''];
  #row = 0;

  constructor(columns: number, rows: number) {
    this.size = { columns, rows };
  }

  get rows(): string[] {
    return this.#lines.flatMap((line) => {
      const count = Math.max(1, Math.ceil(line.length / this.size.columns));
      return Array.from({ length: count }, (_, i) => line.slice(i * this.size.columns, (i + 1) * this.size.columns));
    });
  }

  /** The cursor is behind the last line whenever that happens. */
  resize(columns: number, rows: number): void {
    Object.assign(this.size, { columns, rows });
    this.#row = this.rows.length - 1;
  }

  write(written: string): void {
    for (const [part] of written.replaceAll('\x1b[', '⎋').matchAll(/⎋\d*[AKJ]|[\r\n]|[^⎋\r\n]+/g)) {
      const top = Math.max(0, this.rows.length - this.size.rows);
      if (part.endsWith('A')) this.#row = Math.max(top, this.#row - Number(part.slice(1, -1)));
      else if (part === '⎋J') this.#lines = [...this.rows.slice(0, this.#row), ''];
      else if (part === '\n') {
        this.#row++;
        if (this.#row === this.rows.length) this.#lines = [...this.rows, ''];
      } else if (!/^[⎋\r]/.test(part)) {
        expect(displayWidth(part)).toBeLessThan(this.size.columns);
        this.#lines = this.rows.with(this.#row, part);
      }
    }
  }
}

function taken(events: readonly TransferEvent[], { columns, rows }: { columns: number; rows: number }): string[] {
  const terminal = new Terminal(columns, rows);
  const screen = new TransferScreen(() => terminal.size);
  for (const [i, event] of events.entries()) terminal.write(screen.take(event, i * 1000));
  return terminal.rows;
}

describe('the progress of layers', () => {
  const events = [
    layer('a', { state: 'announced' }),
    layer('b', { state: 'announced' }),
    layer('a', half),
    { type: 'retry', seconds: 1, why: '429' } as const,
    layer('a', { state: 'downloaded' }),
    layer('b', half),
  ];

  it('is at a terminal a line for each, which changes in its place', () => {
    expect(taken(events, { columns: 80, rows: 24 })).toEqual([
      'Retrying in 1 s: 429',
      'aaaaaaaaaaaa: Download complete',
      'bbbbbbbbbbbb: Downloading  [===============>              ]  15MB/30MB',
      '',
    ]);
  });

  it.each([
    [60, 'bbbbbbbbbbbb: Downloading  [=========>         ]  15MB/30MB'],
    [40, 'bbbbbbbbbbbb: Downloading  15MB/30MB'],
    [35, 'bbbbbbbbbbbb: Downloading'],
    [20, 'bbbbbbbbbbbb: Downl'],
  ])('fits into %i columns: no line wraps', (columns, expected) => {
    expect(taken(events, { columns, rows: 24 })[2]).toBe(expected);
  });

  it('has its lines once, where the terminal becomes narrower, wider, lower and higher meanwhile', () => {
    const terminal = new Terminal(80, 24);
    const screen = new TransferScreen(() => terminal.size);
    terminal.write('before\n');
    for (const [i, event] of events.entries()) terminal.write(screen.take(event, i * 1000));
    const sizes: [number, number][] = [
      [40, 10],
      [30, 10],
      [120, 40],
      [50, 6],
    ];
    for (const [i, [columns, rows]] of sizes.entries()) {
      terminal.resize(columns, rows);
      terminal.write(screen.take(layer('b', { ...half, done: 20_000_000 }), 1e6 + i * 1000));
      const shown = terminal.rows.filter((row) => row !== '');
      expect(shown.map((row) => row.slice(0, 14))).toEqual([
        ...['before', 'Retrying in 1 ', 'aaaaaaaaaaaa: ', 'bbbbbbbbbbbb: '],
      ]);
    }
  });

  it('shows those under way where there are more than rows, and how many the others are', () => {
    const many = [...'abcdef0123'];
    const started = many.map((name) => layer(name, { state: 'announced' }));
    const size = { columns: 80, rows: 6 };
    const named = (names: string, text: string) => [...names].map((name) => `${name.repeat(12)}: ${text}`);
    expect(taken(started, size)).toEqual([...named('abc', 'Pulling fs layer'), '… 7 more below', '']);
    const half = many.slice(0, 5).map((name) => layer(name, { state: 'unpacked' }));
    const rest = [...named('f01', 'Pulling fs layer')];
    expect(taken([...started, ...half], size)).toEqual(['… 5 more above, complete', ...rest, '… 2 more below', '']);
    const all = many.map((name) => layer(name, { state: 'unpacked' }));
    expect(taken([...started, ...all], size)).toEqual([
      '… 7 more above, complete',
      ...named('123', 'Pull complete'),
      '',
    ]);
  });

  it('cuts what is told by columns: Chinese takes two', () => {
    const events = [{ type: 'retry', seconds: 1, why: '服务器太忙了请稍后再试' } as const];
    expect(taken(events, { columns: 30, rows: 5 })[0]).toBe('Retrying in 1 s: 服务器太忙了');
  });

  it('is in a file a line for what is done, and none for what is under way', () => {
    expect(events.map(transferLine).join('')).toBe(
      'aaaaaaaaaaaa: Pulling fs layer\nbbbbbbbbbbbb: Pulling fs layer\nRetrying in 1 s: 429\naaaaaaaaaaaa: Download complete\n',
    );
  });
});
