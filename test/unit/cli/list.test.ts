import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../labs/catalogue.js';
import { shortNames } from '../../../src/cli/lab-command.js';
import { renderList } from '../../../src/cli/list.js';

describe('renderList', () => {
  it('shows id, title and the whole summary of every lab', () => {
    const text = renderList(CATALOGUE, 80).replaceAll(/\s+/g, ' ');
    for (const { id, title, summary } of CATALOGUE) expect(text).toContain(`${id} ${title} ${summary}`);
  });

  it('keeps to the width of the terminal', () => {
    for (const columns of [60, 80, 132]) {
      const widths = renderList(CATALOGUE, columns)
        .split('\n')
        .map((line) => line.length);
      expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
    }
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
