import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { integer, record, since } from '../../../src/kernel/parser.js';
import { CorruptError, type Format, readStored, storedText, Withheld } from '../../../src/state/stored.js';
import { useTemporaryState } from './temporary-state.js';

const state = useTemporaryState();
const file = () => join(state(), 'file.json');

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Since version 2 there is a y. */
const POINT: Format<Point> = {
  version: 2,
  limit: 1_000,
  parse: record<Point>({ x: integer(0), y: since(integer(0), 7) }),
};

describe('a file of the state directory', () => {
  it('is read as it was written, with its version', () => {
    writeFileSync(file(), storedText({ x: 1, y: 2 }, POINT));
    expect(readStored(file(), POINT)).toStrictEqual({ x: 1, y: 2 });
    expect(storedText({ x: 1, y: 2 }, POINT)).toMatch(/^{\n {2}"version": 2,/);
  });

  it.each(['{"x":1}', '{"version":1,"x":1}'])('of an older version, %s, is completed', (text) => {
    writeFileSync(file(), text);
    expect(readStored(file(), POINT)).toStrictEqual({ x: 1, y: 7 });
  });

  it('of a newer version is withheld, whatever else it has', () => {
    writeFileSync(file(), '{"version":3,"z":"new"}');
    const why = `${file()} was written by a newer tslab: its version is 3, and this one knows 2`;
    expect(() => readStored(file(), POINT)).toThrow(why);
    expect(() => readStored(file(), POINT)).toThrow(Withheld);
  });

  it.each([
    ['', 'it is empty'],
    ['\0\0\0\0', 'it is no JSON'],
    ['{"x":', 'it is no JSON'],
    ['null', 'it is null, not an object'],
    ['{"version":"9","x":1}', 'version is "9", not a whole number'],
    ['{"version":-1,"x":1}', 'version is -1'],
    ['{"x":"1"}', 'x is "1"'],
    ['{}', 'x is missing'],
  ])('with %j in it is damaged', (text, why) => {
    writeFileSync(file(), text);
    expect(() => readStored(file(), POINT)).toThrow(new CorruptError(file(), why).message.slice(0, 80));
    expect(() => readStored(file(), POINT)).toThrow(why);
    expect(() => readStored(file(), POINT)).toThrow(CorruptError);
  });

  it.each<[string, () => void, string]>([
    ['is missing', () => {}, 'it is missing'],
    ['is a directory', () => mkdirSync(file()), 'it is not a regular file'],
    ['is a FIFO', () => execFileSync('mkfifo', [file()]), 'it is not a regular file'],
    ['is a link to itself', () => symlinkSync('file.json', file()), 'ELOOP'],
    ['is too large', () => truncateSync(touch(), 1_001), 'it has more than 1000 bytes'],
  ])('that %s is damaged', (_, make, why) => {
    make();
    expect(() => readStored(file(), POINT)).toThrow(new CorruptError(file(), why));
  });
});

function touch(): string {
  writeFileSync(file(), '');
  return file();
}
