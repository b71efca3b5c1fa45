import { describe, expect, it } from 'vitest';
import { inCharset } from '../../../src/view/text/charset.js';

const TEXT = 'the host’s “files” … 1–2 → 3 × 4, 收养\n';

describe('text for a terminal', () => {
  it.each(['zh_CN.GBK', 'zh_TW.Big5', 'ja_JP.eucJP', 'de_DE.ISO-8859-1@euro', 'C', 'POSIX'])(
    'is ASCII for %s',
    (LC_ALL) => {
      const ascii = 'the host\'s "files" ... 1-2 -> 3 x 4, ??\n';
      expect(inCharset(TEXT, 'en', { LC_ALL, LANG: 'en_US.UTF-8' })).toBe(ascii);
    },
  );

  it.each(['en_US.UTF-8', 'C.utf8', 'zh_CN.UTF-8@x', 'UTF-8', 'en_US', ''])('is as it is for "%s"', (LC_ALL) => {
    expect(inCharset(TEXT, 'en', { LC_ALL })).toBe(TEXT);
  });

  it('is as it is in another language, which was asked for by name', () => {
    expect(inCharset(TEXT, 'zh', { LC_ALL: 'zh_CN.GBK' })).toBe(TEXT);
  });
});
