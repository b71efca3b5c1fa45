import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { TSLAB, tslab } from './tslab.js';

const ENGLISH = /[a-z]{2,},? [a-z]{2,}/;

describe('a mistake is explained in Chinese', () => {
  it.each(
    [
      ['nonsense'],
      ['lst'],
      ['01', '--skp'],
      ['01', '--skip', 'signals'],
      ['01', '--skip', 'nothing', '--no-step'],
      ['01', '--step'],
      ['01', 'two', 'three'],
      ['03', '--quota', '0'],
      ['03', '--memory', '1k'],
      ['03', '--rootfs', '/nowhere'],
      ['99'],
      ['search'],
      ['list', 'one'],
      ['read', '99'],
      ['read', '01', '--section', 'cloe'],
      ['read', '01', '--hints', 'all'],
      ['read', '01', '02'],
      ['read', '--search'],
      ['handout'],
      ['demo', '99'],
      ['serve', '--port', '99999'],
      ['build-site', '.'],
      ['progress', '--name', 'ada'],
    ].map((words) => [words]),
  )('tslab %j', (words) => {
    const { stderr, status } = tslab([...words, '--lang', 'zh']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^tslab: .*\p{sc=Han}/u);
    expect(withoutCommands(stderr)).not.toMatch(ENGLISH);
  });

  it('whatever says that it is to be Chinese', () => {
    const chinese = tslab(['nonsense', '--lang', 'zh']).stderr;
    expect(tslab(['--lang=zh-CN', 'nonsense']).stderr).toBe(chinese);
    expect(tslab(['nonsense'], { TSLAB_LANG: 'zh' }).stderr).toBe(chinese);
    expect(tslab(['nonsense'], { LANG: 'zh_CN.UTF-8' }).stderr).toBe(chinese);
    expect(tslab(['list', '--lang', 'fr'], { LANG: 'zh_CN.UTF-8' }).stderr).toContain('tslab 没有语言 "fr"');
  });

  it('but by Docker’s commands in English, as Docker does', () => {
    const { stderr } = tslab(['rm', 'nobody'], { TSLAB_LANG: 'zh' });
    expect(stderr).toMatch(/No such container: nobody/);
  });
});

describe('what commands print about themselves', () => {
  const own = Object.keys(COMMANDS).filter((name) => !COMMANDS[name]?.isDockers);

  it.each([...own, '01', '03', 'demo 01'])('tslab %s --help is Chinese', (name) => {
    const { stdout, status } = tslab([...name.split(' '), '--help', '--lang', 'zh']);
    expect(status).toBe(0);
    expect(withoutCommands(stdout)).not.toMatch(ENGLISH);
  });

  it('is Chinese where tslab cleans up', () => {
    expect(withoutCommands(tslab(['cleanup', '--lang', 'zh']).stdout)).not.toMatch(ENGLISH);
  });
});

/** Without what is typed or is a name: code, options, ids, paths. */
function withoutCommands(text: string): string {
  return text
    .replaceAll(TSLAB, '')
    .replace(/`[^`]*`|\[[^\]]*\]|<[^>]*>|\btslab( [\w-]+)+|--[\w-]+( [a-z]+\b)?|\/[\w/.-]+/g, '')
    .replace(/\b[a-z]+(?:-[a-z0-9]+)*(?:, [a-z0-9-]+)+/g, '');
}
