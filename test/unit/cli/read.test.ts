import { describe, expect, it } from 'vitest';
import { LESSON_IDS } from '../../../labs/catalogue.js';
import { renderProgress } from '../../../src/cli/commands/progress.js';
import { findLesson } from '../../../src/cli/commands/read/lessons.js';
import { renderLessons } from '../../../src/cli/commands/read/list.js';
import { readHead } from '../../../src/lesson/front-matter.js';
import { showsHyperlinks } from '../../../src/terminal/hyperlinks.js';
import { choosePager, passesHyperlinks } from '../../../src/terminal/pager.js';
import { screenOf } from '../../../src/view/terminal/screen.js';
import { displayWidth } from '../../../src/view/text/width.js';
import { wordsIn } from '../../../src/view/words/index.js';

describe('the name of a lesson', () => {
  it.each(['03-cgroups', 'cgroups', '03', '3'])('may be %s', (word) => {
    expect(findLesson(word)).toBe('03-cgroups');
  });

  it('may be intro or glossary, which are no labs', () => {
    expect(['intro', 'introduction', '0', 'glossary'].map(findLesson)).toEqual([
      '00-introduction',
      '00-introduction',
      '00-introduction',
      'glossary',
    ]);
  });

  it('is refused where there is none, and the nearest is named', () => {
    expect(() => findLesson('cgroop')).toThrow('There is no lesson "cgroop". Did you mean cgroups?');
    expect(() => findLesson('99')).toThrow(/^There is no lesson "99"\./);
  });
});

describe('the pager', () => {
  it('is TSLAB_PAGER, else PAGER, else less', () => {
    expect(choosePager({ TSLAB_PAGER: 'a', PAGER: 'b' })?.command).toBe('a');
    expect(choosePager({ PAGER: 'b' })?.command).toBe('b');
    expect(choosePager({})?.command).toMatch(/^less /);
  });

  it('is none where that is wanted, or the terminal cannot move its cursor', () => {
    const none = [{ PAGER: '' }, { TSLAB_PAGER: '', PAGER: 'more' }, { PAGER: 'cat' }, { TERM: 'dumb' }];
    expect(none.map(choosePager)).toEqual(none.map(() => undefined));
  });

  it('shows colours where it is less, whatever options of less the person likes', () => {
    expect(choosePager({ PAGER: 'less' })?.env.LESS).toBe('FRX');
    expect(choosePager({ PAGER: 'less', LESS: '-iM' })?.env.LESS).toBe('-iM -R');
    expect(choosePager({ PAGER: 'less', LESS: '-RS' })?.env.LESS).toBe('-RS');
  });

  it('is not trusted with links unless it is less', () => {
    expect(passesHyperlinks(choosePager({ PAGER: 'more' }))).toBe(false);
    expect(passesHyperlinks(undefined)).toBe(true);
  });
});

describe('links that can be clicked', () => {
  it('are for terminals that are known to have them', () => {
    const known = [
      { VTE_VERSION: '6800' },
      { TERM: 'xterm-kitty' },
      { TERM_PROGRAM: 'iTerm.app' },
      { WT_SESSION: 'x' },
      { KONSOLE_VERSION: '220401' },
    ];
    expect(known.map(showsHyperlinks)).toEqual(known.map(() => true));
    expect([{}, { TERM: 'xterm-256color' }, { VTE_VERSION: '4600' }].map(showsHyperlinks)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('are not for a multiplexer, which does not say what is around it, unless somebody knows better', () => {
    expect(showsHyperlinks({ TMUX: 'x', VTE_VERSION: '6800' })).toBe(false);
    expect(showsHyperlinks({ TMUX: 'x', FORCE_HYPERLINK: '1' })).toBe(true);
    expect(showsHyperlinks({ TERM: 'xterm-kitty', FORCE_HYPERLINK: '0' })).toBe(false);
  });
});

describe.each(['en', 'zh'])('the list of lessons in %s', (language) => {
  const entries = LESSON_IDS.map((id) => ({
    id,
    head: readHead(id, language),
    done: id === '03-cgroups' ? 'read, held' : '',
  }));
  const listFor = (columns: number) =>
    renderLessons(entries, screenOf({ columns, color: 0, unicode: true, write: async () => true }));

  it('has the minutes and what was done', () => {
    const text = listFor(80).join('\n');
    expect(text).toMatch(/^03-cgroups .*\d+ min {2}read, held$/m);
    expect(text).toContain(`1 of ${entries.length} read`);
  });

  it.each([20, 40, 60, 80, 200])('keeps to %i columns', (columns) => {
    expect(listFor(columns).filter((line) => displayWidth(line) > columns)).toEqual([]);
  });
});

describe('what tslab progress shows', () => {
  const rows = [
    { id: '00-introduction', read: '2026-11-21T12:00:00.000Z', section: null },
    { id: '01-pid-namespace', read: null, section: 'kernel', held: '2026-11-22T12:00:00.000Z' },
    { id: '02-rootfs', read: null, section: null, held: null, predicted: { asked: 8, right: 6 } },
  ];

  it('is a line for each lesson, and the sum', () => {
    expect(renderProgress(rows, 80, wordsIn('en').lessons)).toMatchInlineSnapshot(`
      "00-introduction   read 2026-11-21
      01-pid-namespace  not read         held 2026-11-22  left at kernel
      02-rootfs         not read         not held         6 of 8 predicted

      1 of 3 lessons read, 1 of 2 labs held.
      "
    `);
  });

  it('is Chinese to a reader of Chinese', () => {
    expect(renderProgress(rows, 80, wordsIn('zh').lessons)).toMatchInlineSnapshot(`
      "00-introduction   已读 2026-11-21
      01-pid-namespace  未读             检查成立 2026-11-22  读到 kernel
      02-rootfs         未读             尚未成立             预测 8 次，对 6 次

      3 课中已读 1 课，2 个实验中有 1 个检查成立。
      "
    `);
  });

  it.each(['en', 'zh'])('keeps to 20 columns in %s', (language) => {
    const widths = renderProgress(rows, 20, wordsIn(language).lessons).split('\n').map(displayWidth);
    expect(Math.max(...widths)).toBeLessThanOrEqual(20);
  });
});
