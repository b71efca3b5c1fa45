import { describe, expect, it } from 'vitest';
import { TransferScreen, transferLine } from '../../../src/docker/output/transfer.js';
import type { TransferEvent } from '../../../src/image/transfer/events.js';

const layer = (name: string, event: object) =>
  ({ type: 'layer', digest: `sha256:${name.repeat(64)}`, ...event }) as Extract<TransferEvent, { type: 'layer' }>;
const half = { state: 'downloading', done: 15_000_000, total: 30_000_000 };

/** What a terminal of this size shows of what is written: LF, CR, CUU, CUD and EL are all that is. */
function shown(written: string, rows: number): string[] {
  const lines = [''];
  let at = 0;
  for (const [, up, down, text = ''] of written.replaceAll('\x1b[', '⎋').matchAll(/⎋(\d+)A|⎋(\d+)B|⎋2K|([^⎋]+)/g)) {
    if (up) at = Math.max(lines.length - rows, at - Number(up));
    else if (down) at = Math.min(lines.length - 1, at + Number(down));
    else if (text === '') lines[at] = '';
    for (const part of text.split(/(?<=\n)|(?=\r)/)) {
      lines[at] = `${lines[at]}${part.replace(/[\r\n]/g, '')}`;
      if (part.endsWith('\n') && ++at === lines.length) lines.push('');
    }
  }
  return lines;
}

function taken(events: readonly TransferEvent[], size: { columns: number; rows: number }): string[] {
  const screen = new TransferScreen(() => size);
  return shown(events.map((event, i) => screen.take(event, i * 1000)).join(''), size.rows);
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
      'aaaaaaaaaaaa: Download complete',
      'bbbbbbbbbbbb: Downloading  [===============>              ]  15MB/30MB',
      'Retrying in 1 s: 429',
      '',
    ]);
  });

  it.each([
    [60, 'bbbbbbbbbbbb: Downloading  [=========>         ]  15MB/30MB'],
    [40, 'bbbbbbbbbbbb: Downloading  15MB/30MB'],
    [20, 'bbbbbbbbbbbb: Downl'],
  ])('fits into %i columns: no line wraps', (columns, expected) => {
    expect(taken(events, { columns, rows: 24 })[1]).toBe(expected);
  });

  it('leaves lines alone that have scrolled away', () => {
    const many = [...'abcdef0123'].flatMap((name) => layer(name, { state: 'announced' }));
    const after = taken([...many, layer('a', half), layer('3', half)], { columns: 80, rows: 5 });
    expect(after[0]).toBe('aaaaaaaaaaaa: Pulling fs layer');
    expect(after[9]).toContain('333333333333: Downloading  [');
    expect(after.slice(1, 9)).toEqual([...'bcdef012'].map((name) => `${name.repeat(12)}: Pulling fs layer`));
  });

  it('is in a file a line for what is done, and none for what is under way', () => {
    expect(events.map(transferLine).join('')).toBe(
      'aaaaaaaaaaaa: Pulling fs layer\nbbbbbbbbbbbb: Pulling fs layer\nRetrying in 1 s: 429\naaaaaaaaaaaa: Download complete\n',
    );
  });
});
