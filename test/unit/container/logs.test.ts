import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  formatMark,
  type LogMark,
  parseLogIndex,
  readLogIndex,
  shortened,
  validMarks,
} from '../../../src/container/logs/index.js';
import { chunksOf, Logs, lastLines, type Part, startOfLine } from '../../../src/container/logs/logs.js';
import { joined, newestFirst, ofPeriod, writtenBetween } from '../../../src/container/logs/parts.js';
import { parseMoment } from '../../../src/container/logs/since.js';
import { Stamps } from '../../../src/container/logs/stamps.js';

const mark = (time: number, stdout: number, stderr: number, last: LogMark['last'] = 'stderr'): LogMark => ({
  time,
  stdout,
  stderr,
  last,
});

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tslab-logs-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Logs with these texts; stdout was written to last, at 9 s. */
function write(stdout: string, stderr: string): void {
  writeFileSync(join(directory, 'stdout.log'), stdout);
  writeFileSync(join(directory, 'stderr.log'), stderr);
  utimesSync(join(directory, 'stdout.log'), 9, 9);
  utimesSync(join(directory, 'stderr.log'), 8, 8);
}

/** What the logs say, by what `work` makes of them, a part between two `|`. */
function told(marks: readonly LogMark[], work: (parts: Iterable<Part>, logs: Logs) => readonly Part[]): string {
  using logs = new Logs(directory);
  const parts = newestFirst(logs, validMarks(marks, logs.sizes), logs.sizes);
  return work(parts, logs)
    .map((part) => Buffer.from(logs.read(part)).toString())
    .join('|');
}

const inOrder = (parts: Iterable<Part>) => [...parts].reverse();

describe('the marks of a log', () => {
  const marks = [mark(1000, 10, 0), mark(2000, 10, 5), mark(3000, 30, 6, 'stdout')];

  it('are read as they are written', () => {
    expect(parseLogIndex(marks.map(formatMark).join(''))).toEqual(marks);
    expect(parseLogIndex('')).toEqual([]);
  });

  it.each([
    '{"time":20',
    '{"time":"x","stdout":1,"stderr":1}',
    'null',
    '[]',
    '{"time":1,"stdout":-1,"stderr":0}',
    '\0\0',
  ])('are read without a line such as %j', (line) => {
    expect(parseLogIndex(`${formatMark(marks[0] as LogMark)}${line}\n${formatMark(marks[1] as LogMark)}`)).toEqual(
      marks.slice(0, 2),
    );
  });

  it('of an earlier version say less, and of a later one are taken for what is known of them', () => {
    expect(parseLogIndex('{"time":1,"stdout":2,"stderr":3}\n')).toEqual([mark(1, 2, 3)]);
    expect(parseLogIndex('{"time":1,"stdout":2,"stderr":3,"last":7,"more":[]}\n')).toEqual([mark(1, 2, 3)]);
  });

  it('are none where there is no index, or something else in its place', () => {
    expect(readLogIndex(directory)).toEqual([]);
    expect(readLogIndex('/proc/self/fd')).toEqual([]);
  });

  it('get fewer where they take too much: of the older half every other one goes', () => {
    expect(shortened('1\n2\n3\n4\n5\n6\n7\n8\n', 12)).toBe('2\n4\n5\n6\n7\n8\n');
    expect(shortened('1\n2\n3\n4\n5\n6\n7\n8\n', 16)).toBe('1\n2\n3\n4\n5\n6\n7\n8\n');
  });

  it('do not count where the log was truncated after them', () => {
    expect(validMarks([mark(1, 100, 0), mark(2, 5, 0), mark(3, 10, 0)], { stdout: 12, stderr: 0 })).toEqual([
      mark(2, 5, 0),
      mark(3, 10, 0),
    ]);
    expect(validMarks([mark(1, 100, 0)], { stdout: 12, stderr: 0 })).toEqual([]);
  });
});

describe('the lines of both logs', () => {
  it('come in the order in which the marks were made', () => {
    write('one\nthree\nfour\n', 'two\n');
    const marks = [mark(1, 4, 0), mark(2, 4, 4), mark(3, 10, 4), mark(4, 15, 4)];
    expect(told(marks, inOrder)).toBe('one\n|two\n|three\n|four\n');
    expect(told(marks, (parts) => joined(inOrder(parts)))).toBe('one\n|two\n|three\nfour\n');
  });

  it('come in that of the last writes where there is one mark for both, or none', () => {
    write('b\n', 'a\n');
    expect(told([], inOrder)).toBe('a\n|b\n');
    expect(told([mark(1, 2, 2)], inOrder)).toBe('b\n|a\n');
    expect(told([mark(1, 2, 2, 'stdout')], inOrder)).toBe('a\n|b\n');
  });

  it('stay whole: a line counts from its end', () => {
    write('begun, ended\nnext', 'between\n');
    const marks = [mark(1, 5, 0), mark(2, 5, 8), mark(3, 13, 8), mark(4, 15, 8)];
    expect(told(marks, inOrder)).toBe('between\n|begun, ended\n|next');
  });

  it('stay whole where one is longer than what is read at once', () => {
    const long = 'x'.repeat(200_000);
    write(`a\n${long}\nb\n`, 'err\n');
    expect(told([mark(1, 100_000, 0), mark(2, 150_000, 4), mark(3, 200_005, 4)], inOrder)).toBe(
      `a\n|err\n|${long}\nb\n`,
    );
  });

  it('are those of a period', () => {
    write('one\nthree\n', 'two\n');
    const marks = [mark(1000, 4, 0), mark(2000, 4, 4)];
    const during = (since: number, until: number) => told(marks, (parts) => inOrder(ofPeriod(parts, { since, until })));
    expect(during(1500, Number.POSITIVE_INFINITY)).toBe('two\n|three\n');
    expect(during(0, 2000)).toBe('one\n|two\n');
    expect(during(2001, 8999)).toBe('');
    // What nobody has noted is as old as the file.
    expect(during(9000, 9000)).toBe('three\n');
  });

  it('are found again where they start, and not before a place', () => {
    write('one\ntwo\n', '');
    using logs = new Logs(directory);
    const at = (place: number, least = 0) => startOfLine(logs, { stream: 'stdout', least, place });
    expect([at(0), at(3), at(4), at(6), at(8), at(6, 5)]).toEqual([0, 0, 4, 4, 8, 5]);
  });

  it('that came between two looks are told by the last write', () => {
    const [before, after] = [
      { stdout: 0, stderr: 0 },
      { stdout: 1, stderr: 1 },
    ];
    const order = (last: 'stdout' | 'stderr') =>
      writtenBetween(before, after, { last, time: 1 }).map(({ stream }) => stream);
    expect(order('stdout')).toEqual(['stderr', 'stdout']);
    expect(order('stderr')).toEqual(['stdout', 'stderr']);
  });

  it('are read in pieces that fit into memory', () => {
    const chunks = chunksOf({ stream: 'stdout', start: 5, end: 5 + 65_536 * 2 + 1 });
    expect(chunks.map(({ start, end }) => end - start)).toEqual([65_536, 65_536, 1]);
  });
});

describe('the last lines', () => {
  beforeEach(() => write('one\ntwo\nfour\nsix', 'three\nfive\n'));
  const last = (lines: number) =>
    told([mark(1, 8, 6), mark(2, 13, 11)], (parts, logs) => lastLines(logs, parts, lines));

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
    expect(logs.sizes).toEqual({ stdout: 0, stderr: 0 });
  });
});

describe('the times in front of lines', () => {
  it('stand where a line starts, in each stream by itself', () => {
    const stamps = new Stamps();
    const told = (stream: 'stdout' | 'stderr', text: string, time: number) =>
      Buffer.from(stamps.before(stream, Buffer.from(text), time)).toString();
    const [first, second] = ['1970-01-01T00:00:00.001000000Z', '1970-01-01T00:00:02.000000000Z'];
    expect(told('stdout', 'a\n\nbe', 1)).toBe(`${first} a\n${first} \n${first} be`);
    expect(told('stderr', 'c\n', 2000)).toBe(`${second} c\n`);
    expect(told('stdout', 'gun\nd\n', 2000)).toBe(`gun\n${second} d\n`);
  });
});

describe('--since and --until', () => {
  const now = Date.parse('2026-01-31T12:00:00Z');
  const here = (text: string) => new Date(text).toISOString();

  it.each([
    ['10m', '2026-01-31T11:50:00.000Z'],
    ['1h30m', '2026-01-31T10:30:00.000Z'],
    ['1.5s', '2026-01-31T11:59:58.500Z'],
    ['500ms', '2026-01-31T11:59:59.500Z'],
    ['-5m', '2026-01-31T12:05:00.000Z'],
    ['2026-01-31T11:00:00+01:00', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T11:00:00.123456789Z', '2026-01-31T11:00:00.123Z'],
    ['2026-01-30Z', '2026-01-30T00:00:00.000Z'],
    ['2026-01-30T07Z', '2026-01-30T07:00:00.000Z'],
    ['2026-01-30', here('2026-01-30T00:00:00')],
    ['2026-01-30T07:30', here('2026-01-30T07:30:00')],
    ['1769860800', '2026-01-31T12:00:00.000Z'],
    ['1769860800.250000000', '2026-01-31T12:00:00.250Z'],
    ['10', '1970-01-01T00:00:10.000Z'],
  ])('take %s', (text, moment) => {
    expect(new Date(parseMoment('--since', text, now)).toISOString()).toBe(moment);
  });

  it.each(['', 'noon', '10x', '-', 'x 10', '2026-13-01', '10m5', '1h 30m'])('refuse %j', (text) => {
    expect(() => parseMoment('--until', text, now)).toThrow(/--until .* is not a time/);
  });
});
