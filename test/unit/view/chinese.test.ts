import { describe, expect, it } from 'vitest';
import { LESSON_IDS } from '../../../labs/catalogue.js';
import { renderLessons } from '../../../src/cli/commands/read/list.js';
import type { Check } from '../../../src/lab/events.js';
import { readHead } from '../../../src/lesson/front-matter.js';
import { itemHtml } from '../../../src/view/html/events/items.js';
import { plainLines, renderPlain } from '../../../src/view/plain.js';
import type { Summary } from '../../../src/view/run/items.js';
import { formatItem, renderTerminal } from '../../../src/view/terminal/index.js';
import { screenOf } from '../../../src/view/terminal/screen.js';
import { displayWidth } from '../../../src/view/text/width.js';
import type { View } from '../../../src/view/view.js';
import { wordsIn } from '../../../src/view/words/index.js';
import { Paper, play } from './sample.js';

class ChinesePaper extends Paper {
  readonly language = 'zh';
}

const CHINESE = wordsIn('zh');

async function show(view: View, columns = 80): Promise<string[]> {
  const paper = new ChinesePaper(columns);
  await view(play(), paper);
  return paper.lines;
}

const CHECK: Check = {
  ...{ type: 'check', step: 'clone', name: 'ps shows one' },
  ...{ expected: '1', actual: '2', held: false },
};

describe('a lab in Chinese', () => {
  it('looks so at a terminal', async () => {
    expect(await show(renderTerminal)).toMatchSnapshot();
  });

  it('reads so aloud', async () => {
    expect(await show(renderPlain)).toMatchSnapshot();
  });

  it('fits terminals of every width, with two columns for each character', async () => {
    for (const columns of [20, 40, 60, 80, 120])
      for (const line of await show(renderTerminal, columns)) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
  });

  it.each([
    ['terminal', renderTerminal],
    ['plain', renderPlain],
  ])('has no English words of the %s view', async (_, view) => {
    const text = (await show(view)).join('\n');
    expect(text).not.toMatch(
      /\b(before|after|same|expected|got|held|failed|changed by|result|samples|output|does not return)\b/i,
    );
    expect(text).not.toMatch(/on the host|in the container|more lines|left out|as root|control groups|Lab |Step /);
  });
});

describe('what a lab tells', () => {
  const check: Check = {
    ...{ type: 'check', step: 'orphans', name: 'init has adopted the orphan' },
    ...{ expected: 'PPid: 1', actual: 'PPid: 1', held: true },
  };
  const measure = { type: 'measure', step: 'copies', name: 'disk space of the copy', value: 0.5, unit: 's' } as const;
  const sight = {
    type: 'observe',
    step: 'orphans',
    when: 'after',
    from: 'host',
    path: 'parent of sleep',
    value: '1',
  } as const;
  const end: Summary = { type: 'end', id: '01', status: 'failed', held: 0, broken: [{ ...check, held: false }] };
  const named = (text: string) => text.match(/init 收养了孤儿|副本占用的磁盘空间|sleep 的父进程/g);
  const all = ['init 收养了孤儿', '副本占用的磁盘空间', 'sleep 的父进程', 'init 收养了孤儿'];

  it('has Chinese names at a terminal', () => {
    const screen = screenOf(new ChinesePaper());
    expect(formatItem(check, screen)).toEqual(['✓ init 收养了孤儿：PPid: 1']);
    expect(named([check, measure, sight, end].flatMap((item) => formatItem(item, screen)).join('\n'))).toEqual(all);
  });

  it('has them read aloud', () => {
    expect(plainLines(check, CHINESE)).toEqual(['检查成立：init 收养了孤儿：PPid: 1']);
    expect(named([check, measure, sight, end].flatMap((item) => plainLines(item, CHINESE)).join('\n'))).toEqual(all);
  });

  it('has them on a page, which knows a check by its English name', () => {
    expect(itemHtml(check, CHINESE).text).toContain('data-check="init has adopted the orphan"');
    expect(named([check, measure, sight, end].map((item) => itemHtml(item, CHINESE).text).join('\n'))).toEqual(all);
  });
});

describe('the words of a language', () => {
  it('are English where there are no others', () => {
    expect(wordsIn('fr')).toBe(wordsIn('en'));
    expect(wordsIn()).toBe(wordsIn('en'));
  });

  it('leave out no step silently', () => {
    const step = { type: 'step', id: 'clone', title: '克隆', number: 2 } as const;
    expect(plainLines({ ...step, skipped: true }, CHINESE)).toContain('有意略去 (--skip clone)。');
    expect(plainLines({ ...step, impossible: 'no cpuset' }, CHINESE)).toContain('这台机器做不到：no cpuset。');
  });

  it('say how a lab ended', () => {
    const verdictOf = (status: Summary['status'], held: number, broken: Check[] = []) =>
      CHINESE.verdict({ type: 'end', id: '01', status, held, broken });
    const verdicts = [
      verdictOf('held', 11),
      verdictOf('failed', 3, [CHECK]),
      verdictOf('failed', 3),
      verdictOf('impossible', 0),
    ];
    expect(verdicts).toEqual([
      '成立：全部 11 项检查',
      '不成立：4 项检查中有 1 项不成立',
      '没有做完；在此之前 3 项检查成立',
      '在这台机器上做不到',
    ]);
  });
});

describe('the list of lessons in Chinese', () => {
  const { read, held } = CHINESE.lessons;
  const entries = LESSON_IDS.map((id, index) => ({
    id,
    head: readHead(id, 'zh'),
    done: index === 0 ? read + CHINESE.comma + held : '',
  }));

  it('has the minutes and what was done', () => {
    const lines = renderLessons(entries, screenOf(new ChinesePaper()));
    expect(lines).toContainEqual(expect.stringMatching(/^00-introduction .* \d+ 分钟 {2}已读、检查成立$/));
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^${entries.length} 课中已读 1 课；`)));
  });

  it.each([20, 40, 60, 64, 68, 72, 80])('keeps to %i columns', (columns) => {
    const lines = renderLessons(entries, screenOf(new ChinesePaper(columns)));
    expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
  });
});
