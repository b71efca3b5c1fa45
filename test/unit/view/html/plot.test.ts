import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../../../src/lab/events.js';
import { plotSvg } from '../../../../src/view/html/events/plot.js';
import { axisTicks } from '../../../../src/view/html/events/ticks.js';
import { wordsIn } from '../../../../src/view/words/index.js';
import { openedTags, textOf } from '../../../support/markup.js';

const MEASURE: Measurement = {
  type: 'measure',
  step: 'cpu-quota',
  name: 'cpu share',
  value: 0.5,
  unit: 'cpu',
  series: [1, 0, 0.5],
  interval: 0.5,
};

describe('an axis', () => {
  it.each([
    [1.01, 'cpu', ['0 %', '50 %', '100 %']],
    [0.21, 'cpu', ['0 %', '10 %', '20 %']],
    [5 * 1024 * 1024, 'bytes', ['0 MiB', '2 MiB', '4 MiB']],
    [0.0009, 's', ['0 µs', '250 µs', '500 µs', '750 µs']],
    [17, 'processes', ['0 processes', '5 processes', '10 processes', '15 processes']],
  ])('up to %d %s names round values, all in one unit', (most, unit, labels) => {
    expect(axisTicks(most, unit, 4).map(({ label }) => label)).toEqual(labels);
  });

  it('of nothing but zeros has a zero', () => {
    expect(axisTicks(0, 's', 4)).toEqual([{ value: 0, label: '0 s' }]);
  });
});

describe('a plot', () => {
  const svg = plotSvg(MEASURE, wordsIn('en')).text;

  it('draws each sample as wide as its interval, from zero up', () => {
    expect(svg).toContain('class="line" d="M84 164V34H246.7V164H409.3V99H572"');
  });

  it('labels both axes', () => {
    expect(textOf(svg)).toMatch(/share of one CPU0 %.*100 %0 s0\.2 s.*1\.4 stime/);
  });

  it('says in words what it shows, for those who do not see it', () => {
    const [first] = openedTags(svg);
    expect(first?.attributes).toMatchObject({ role: 'img', 'aria-label': 'cpu share: 3 samples, from 0 % to 100 %' });
  });
});
