import { describe, expect, it } from 'vitest';
import { inWords } from '../../../src/view/run/in-words.js';
import { wordsIn } from '../../../src/view/words/index.js';

const SEES = 'what it sees (/proc/PID/root, mountinfo, net/dev, timens_offsets)';
const TABLE = 'processes  the host’s\nwrites to  a layer of its own\nvolume     none';

describe('what a lab has observed, in words', () => {
  it('is a table of words with columns as wide as they are on a screen', () => {
    expect(inWords({ path: SEES, value: TABLE }, wordsIn('zh')).split('\n')).toEqual([
      '进程  宿主机的',
      '写到  它自己的一层',
      '卷    无',
    ]);
    expect(inWords({ path: SEES, value: TABLE }, wordsIn('en'))).toBe(TABLE);
  });

  it('is a line of words among others', () => {
    const value = 'directory: demo\nfile, 5 bytes: demo/colour\n';
    expect(inWords({ path: '/upper', value }, wordsIn('zh'))).toBe('目录：demo\n文件，5 字节：demo/colour');
  });

  it('stays what a file or a program says', () => {
    for (const value of ['shared\nnone', 'none       shared', 'State:\tS (sleeping)']) {
      expect(inWords({ path: '/proc/1/status', value }, wordsIn('zh'))).toBe(value);
    }
  });
});
