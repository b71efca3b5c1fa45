import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../labs/catalogue.js';
import { shortNames } from '../../../src/cli/commands/lab.js';
import { renderList } from '../../../src/cli/commands/list.js';
import { NOTHING } from '../../../src/state/progress.js';
import { displayWidth } from '../../../src/view/text/width.js';

describe('renderList', () => {
  it('shows id, title and the whole summary of every lab', () => {
    const text = renderList('en', 80).replaceAll(/\s+/g, ' ');
    for (const { id, title, summary } of CATALOGUE) expect(text).toContain(`${id} ${title} ${summary}`);
  });

  it('keeps to the width of the terminal', () => {
    for (const language of ['en', 'zh'])
      for (const columns of [20, 60, 80, 132]) {
        const widths = renderList(language, columns).split('\n').map(displayWidth);
        expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
      }
  });

  it('stays readable in 20 columns', () => {
    for (const language of ['en', 'zh']) expect(renderList(language, 20).split('\n').length).toBeLessThan(110);
  });

  it('has the titles of the edition, and says in its language what was done', () => {
    const progress = { ...NOTHING, read: { '01-pid-namespace': '2026' }, held: { '01-pid-namespace': '2026' } };
    expect(renderList('en', 80, progress)).toContain('Processes that see only each other (read, held)\n');
    const chinese = renderList('zh', 80, progress);
    expect(chinese).toContain('01-pid-namespace  只看得见彼此的进程（已读、检查成立）\n');
    expect(chinese).toContain('运行一个：');
    for (const { title } of CATALOGUE) expect(chinese).not.toContain(title);
  });
});

describe('shortNames', () => {
  it('are what stands behind the number, the number, and the number without its zero', () => {
    expect(shortNames('01-pid-namespace')).toEqual(['pid-namespace', '01', '1']);
    expect(shortNames('12-runtime')).toEqual(['runtime', '12']);
  });

  it('name one lab each', () => {
    const names = CATALOGUE.flatMap(({ id }) => [id, ...shortNames(id)]);
    expect(new Set(names).size).toBe(names.length);
  });
});
