import { describe, expect, it } from 'vitest';
import { chooseLanguage } from '../../../src/terminal/language.js';

describe('chooseLanguage', () => {
  it('takes --lang before TSLAB_LANG, and that before the locale', () => {
    const env = { TSLAB_LANG: 'en', LANG: 'zh_CN.UTF-8' };
    expect(chooseLanguage('zh', env)).toBe('zh');
    expect(chooseLanguage(undefined, env)).toBe('en');
    expect(chooseLanguage(undefined, { LANG: 'zh_CN.UTF-8' })).toBe('zh');
  });

  it('takes the parts of the locale in the order of locale(7)', () => {
    expect(chooseLanguage(undefined, { LC_ALL: 'zh_CN.UTF-8', LC_MESSAGES: 'fr_FR', LANG: 'de_DE' })).toBe('zh');
    expect(chooseLanguage(undefined, { LC_MESSAGES: 'zh_CN@pinyin', LANG: 'de_DE' })).toBe('zh');
  });

  it('needs the language only, in any spelling of a region', () => {
    for (const name of ['zh', 'ZH', 'zh-CN', 'zh_TW.UTF-8', 'zh-Hans-CN']) expect(chooseLanguage(name, {})).toBe('zh');
  });

  it('speaks English where the locale names no language that tslab speaks', () => {
    for (const LANG of ['', 'C', 'C.UTF-8', 'POSIX', 'fr_FR.UTF-8'])
      expect(chooseLanguage(undefined, { LANG })).toBe('en');
    expect(chooseLanguage(undefined, {})).toBe('en');
  });

  it('speaks English where the terminal takes no UTF-8, unless it was asked for another language', () => {
    for (const LC_ALL of [
      'zh_CN.GBK',
      'zh_TW.Big5',
      'zh_CN.GB18030',
      'zh_CN.gb2312@x',
      'ja_JP.eucJP',
      'zh_SG.ISO-8859-1',
    ])
      expect([LC_ALL, chooseLanguage(undefined, { LC_ALL, LANG: 'zh_CN.UTF-8' })]).toEqual([LC_ALL, 'en']);
    expect(chooseLanguage('zh', { LC_ALL: 'zh_CN.GBK' })).toBe('zh');
    expect(chooseLanguage(undefined, { TSLAB_LANG: 'zh', LC_ALL: 'zh_CN.GBK' })).toBe('zh');
  });

  it('asks LC_CTYPE what the terminal takes', () => {
    const env = { LANG: 'zh_CN.UTF-8' };
    for (const LC_CTYPE of ['zh_CN.GBK', 'C', 'POSIX'])
      expect(chooseLanguage(undefined, { ...env, LC_CTYPE })).toBe('en');
    for (const LC_CTYPE of ['UTF-8', 'C.UTF-8', 'en_US.utf8', 'zh_HK.UTF-8@x', 'zh_CN', ''])
      expect([LC_CTYPE, chooseLanguage(undefined, { ...env, LC_CTYPE })]).toEqual([LC_CTYPE, 'zh']);
  });

  it('refuses what tslab does not speak, and names what there is: it becomes part of a path', () => {
    for (const name of ['', 'fr', '../..', 'en/..', 'english', 'e']) {
      expect(() => chooseLanguage(name, {})).toThrow(
        expect.objectContaining({ status: 2, remedy: 'There are: en, zh.', name: 'UserError' }),
      );
    }
    expect(() => chooseLanguage(undefined, { TSLAB_LANG: '../x' })).toThrow(/TSLAB_LANG: "\.\.\/x" is not a language/);
  });
});
