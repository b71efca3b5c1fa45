import { describe, expect, it } from 'vitest';
import { parseDuration, renderDuration } from '../../../src/oci/duration.js';

/** Cases of Go's own tests (src/time/time_test.go), and a few of people. */
describe('a duration of Go', () => {
  it.each([
    ['0', 0],
    ['5s', 5e9],
    ['-5s', -5e9],
    ['+5s', 5e9],
    ['5.s', 5e9],
    ['.5s', 0.5e9],
    ['1.004s', 1.004e9],
    ['100.00100s', 100.001e9],
    ['10ns', 10],
    ['11us', 11e3],
    ['12µs', 12e3],
    ['12μs', 12e3],
    ['13ms', 13e6],
    ['3h30m', 12_600e9],
    ['-2m3.4s', -123.4e9],
    ['1h2m3s4ms5us6ns', 3_723_004_005_006],
    ['39h9m14.425s', 140_954.425e9],
    ['8760h', 31_536_000e9],
  ])('%s is %d ns', (text, nanoseconds) => expect(parseDuration(text)).toBe(nanoseconds));

  it.each([
    ['', 'time: invalid duration ""'],
    ['3', 'time: missing unit in duration "3"'],
    ['1h3', 'time: missing unit in duration "1h3"'],
    ['-', 'time: invalid duration "-"'],
    ['s', 'time: invalid duration "s"'],
    ['.', 'time: invalid duration "."'],
    ['.s', 'time: invalid duration ".s"'],
    ['+.s', 'time: invalid duration "+.s"'],
    [' 1s', 'time: invalid duration " 1s"'],
    ['1s ', 'time: unknown unit "s " in duration "1s "'],
    ['1d', 'time: unknown unit "d" in duration "1d"'],
    ['1constructor', 'time: unknown unit "constructor" in duration "1constructor"'],
    ['3000000h', 'time: invalid duration "3000000h"'],
  ])('%j is none: %s', (text, message) => expect(() => parseDuration(text)).toThrow(message));

  it.each([
    [0, '0s'],
    [1, '1ns'],
    [1100, '1.1µs'],
    [2.2e6, '2.2ms'],
    [3.3e9, '3.3s'],
    [245e9, '4m5s'],
    [245.001e9, '4m5.001s'],
    [18_367.001e9, '5h6m7.001s'],
    [30e9, '30s'],
    [3600e9, '1h0m0s'],
  ])('%d ns is written %s', (nanoseconds, text) => expect(renderDuration(nanoseconds)).toBe(text));
});
