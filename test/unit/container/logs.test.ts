import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseLogIndex, sizesAt } from '../../../src/container/log-index.js';
import { chunksOf, Logs, lastLines, partsBetween } from '../../../src/container/logs.js';
import { parseSince } from '../../../src/container/since.js';

const MARKS = [
  { time: 1000, stdout: 10, stderr: 0 },
  { time: 2000, stdout: 10, stderr: 5 },
  { time: 3000, stdout: 30, stderr: 5 },
];
const NOTHING = { stdout: 0, stderr: 0 };

describe('the marks of a log', () => {
  it('are read as the supervisor writes them; a torn line is left out', () => {
    const text = `${JSON.stringify(MARKS[0])}\n{"time":20\n{"time":"x","stdout":1,"stderr":1}\n${JSON.stringify(MARKS[2])}\n`;
    expect(parseLogIndex(text)).toEqual([MARKS[0], MARKS[2]]);
    expect(parseLogIndex('')).toEqual([]);
  });

  it('tell how long the logs were at a moment', () => {
    expect(sizesAt(MARKS, 999)).toEqual(NOTHING);
    expect(sizesAt(MARKS, 2000)).toMatchObject({ stdout: 10, stderr: 5 });
    expect(sizesAt(MARKS, 9999)).toMatchObject({ stdout: 30, stderr: 5 });
  });
});

describe('the parts of a log', () => {
  it('come in the order in which they were written', () => {
    expect(partsBetween(MARKS, NOTHING, { stdout: 40, stderr: 6 })).toEqual([
      { stream: 'stdout', start: 0, end: 10 },
      { stream: 'stderr', start: 0, end: 5 },
      { stream: 'stdout', start: 10, end: 30 },
      { stream: 'stdout', start: 30, end: 40 },
      { stream: 'stderr', start: 5, end: 6 },
    ]);
  });

  it('begin where they should, and end where the logs ended when they were asked for', () => {
    expect(partsBetween(MARKS, { stdout: 20, stderr: 5 }, { stdout: 25, stderr: 5 })).toEqual([
      { stream: 'stdout', start: 20, end: 25 },
    ]);
    expect(partsBetween(MARKS, NOTHING, NOTHING)).toEqual([]);
  });

  it('are read in pieces that fit into memory', () => {
    const chunks = chunksOf({ stream: 'stdout', start: 5, end: 5 + 65_536 * 2 + 1 });
    expect(chunks.map(({ start, end }) => end - start)).toEqual([65_536, 65_536, 1]);
    expect(chunks.at(-1)?.end).toBe(5 + 65_536 * 2 + 1);
  });
});

describe('the last lines', () => {
  let directory = '';
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tslab-logs-'));
    writeFileSync(join(directory, 'stdout.log'), 'one\ntwo\nfour\nsix');
    writeFileSync(join(directory, 'stderr.log'), 'three\nfive\n');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const last = (lines: number) => {
    using logs = new Logs(directory);
    const marks = [
      { time: 1, stdout: 8, stderr: 6 },
      { time: 2, stdout: 13, stderr: 11 },
    ];
    const all = { stdout: logs.size('stdout'), stderr: logs.size('stderr') };
    return lastLines(logs, partsBetween(marks, NOTHING, all), lines)
      .map((part) => Buffer.from(logs.read(part)).toString())
      .join('|');
  };

  it('are counted over both streams, a line without an end as well', () => {
    expect(last(1)).toBe('six');
    expect(last(2)).toBe('five\n|six');
    expect(last(5)).toBe('two\n|three\n|four\n|five\n|six');
  });

  it('are none, or all, where so many are asked for', () => {
    expect(last(0)).toBe('');
    expect(last(99)).toBe('one\ntwo\n|three\n|four\n|five\n|six');
  });

  it('are none of a container that has never been started', () => {
    using logs = new Logs(join(directory, 'nowhere'));
    expect(logs.size('stdout')).toBe(0);
  });
});

describe('--since', () => {
  const now = Date.parse('2026-01-31T12:00:00Z');

  it.each([
    ['10m', '2026-01-31T11:50:00.000Z'],
    ['1h30m', '2026-01-31T10:30:00.000Z'],
    ['1.5s', '2026-01-31T11:59:58.500Z'],
    ['2026-01-31T11:00:00+01:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-30', '2026-01-30T00:00:00.000Z'],
    ['1769860800', '2026-01-31T12:00:00.000Z'],
  ])('takes %s', (text, moment) => {
    expect(new Date(parseSince(text, now)).toISOString()).toBe(moment);
  });

  it.each(['', 'noon', '10', '10x', '-5m'])('refuses %j', (text) => {
    expect(() => parseSince(text, now)).toThrow(/is not a time/);
  });
});
