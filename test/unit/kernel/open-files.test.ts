import { describe, expect, it } from 'vitest';
import { parseOpenFiles } from '../../../src/kernel/files/open-files.js';

const HEAD = 'Limit                     Soft Limit           Hard Limit           Units     \n';

describe('the limit of open files in a /proc/PID/limits', () => {
  it.each([
    ['1024                 524288', { soft: 1024n, hard: 524288n }],
    ['20                   unlimited', { soft: 20n, hard: 0xffff_ffff_ffff_ffffn }],
  ])('is read: %s', (limits, expected) => {
    const text = `${HEAD}Max processes 5 5 processes\nMax open files            ${limits}              files     \n`;
    expect(parseOpenFiles(text)).toEqual(expected);
  });

  it.each(['', HEAD, `${HEAD}Max open files  many  few  files\n`])('is not made up: %j', (text) => {
    expect(parseOpenFiles(text)).toBeUndefined();
  });
});
