import { describe, expect, it } from 'vitest';
import type { LabEvent, ObservationMade } from '../../../src/lab/events.js';
import { renderTerminal } from '../../../src/view/terminal/index.js';
import { plot, sparkline } from '../../../src/view/terminal/plot.js';
import { displayWidth } from '../../../src/view/text/width.js';
import { Paper, play, SAMPLE } from './sample.js';

async function show(events: readonly LabEvent[] = SAMPLE, paper = new Paper()): Promise<Paper> {
  await renderTerminal(play(events), paper);
  return paper;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what chalk writes
const withoutColor = (text: string) => text.replace(/\x1b\[\d+m/g, '');

describe('the terminal view', () => {
  it.each([20, 33, 40, 79, 80, 81, 100, 120, 200])('writes no line wider than %i columns', async (columns) => {
    for (const unicode of [true, false]) {
      const { lines } = await show(SAMPLE, new Paper(columns, 0, unicode));
      expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
    }
  });

  it('says the same with and without colour, but for the marks around code', async () => {
    const [colored, plain] = [await show(SAMPLE, new Paper(200, 3)), await show(SAMPLE, new Paper(200, 0))];
    expect(colored.text).toContain('\x1b[');
    expect(plain.text).not.toContain('\x1b');
    const words = (text: string) => withoutColor(text).replace(/[`\s]/g, '');
    expect(words(colored.text)).toBe(words(plain.text));
  });

  it('lets nothing through that a container printed to drive the terminal', async () => {
    const { text } = await show(SAMPLE, new Paper(80, 3));
    expect(withoutColor(text)).not.toMatch(/[^\P{Control}\n]/u);
    expect(text).toContain('\\x1b[2Jtitle\\x07');
  });

  it('needs only ASCII of its own where the locale is not UTF-8', async () => {
    const ascii = SAMPLE.filter((event) => !/[^\x20-\x7e]/.test(JSON.stringify(event)) && event.type !== 'measure');
    const { text } = await show(ascii, new Paper(80, 0, false));
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  });

  it('numbers the steps and tells their story', async () => {
    const { text } = await show();
    expect(text).toMatch(/^━━ 1 {2}A host name of its own ━+ uts ━━$/m);
    expect(text).toContain('from `clone(2)` with `CLONE_NEWUTS`');
    expect(text).toContain('⊘ left out on purpose (--skip cpu-quota)');
  });

  it('marks a call that the kernel refused, with its errno', async () => {
    const { lines } = await show();
    expect(lines).toContain('✗ child  pivot_root(".", ".") = -1 EINVAL (invalid argument)');
    expect(lines).toContain('▸ child  sethostname("box", 3) = 0');
  });

  it('hangs the rest of a long call below its name', async () => {
    const { lines } = await show();
    const first = lines.findIndex((line) => line.startsWith('▸ tslab  clone(CLONE_NEWUTS'));
    expect(lines[first + 1]).toBe('           0x7f0000000000, NULL, NULL, 0) = 4790');
  });

  it('folds housekeeping into one line', async () => {
    const { text } = await show();
    expect(text).toContain('\n  child  … 3 housekeeping calls (signals, descriptors)\n');
    expect(text).not.toContain('rt_sigaction');
  });

  it('names a command once, and puts a bar before what it printed', async () => {
    const { text } = await show();
    expect(text).toContain('  $ hostname; ls /none\n  │ box\n  │ half a line\n');
    expect(text).toContain('  ! ls: /none: No such file or directory\n');
    expect(text.match(/\$ hostname/g)).toHaveLength(1);
  });

  it('counts the checks, and says what was skipped and what that broke', async () => {
    const { text } = await show();
    const end = text.slice(text.lastIndexOf('━'));
    expect(end).toContain('✗ 00-sample failed: 1 of 2 checks did not hold');
    expect(end).toContain('⊘ Skipped on purpose: cpu-quota; because of it these checks failed:');
    expect(end).toContain('✗ cpu-quota: cpu share follows the quota  expected 0.20 ± 0.02, got 0.998');
  });
});

describe('before and after', () => {
  const observe = (when: ObservationMade['when'], value: string | null, changedBy?: string): ObservationMade => {
    const observation: ObservationMade = { type: 'observe', step: 's', when, from: 'host', path: '/file', value };
    return changedBy === undefined ? observation : { ...observation, changedBy };
  };
  const call: LabEvent = { type: 'syscall', step: 's', by: 'child', name: 'x', args: [], result: 0, text: 'x()' };
  const compare = async (before: string | null, after: string | null, columns = 80) =>
    (await show([observe('before', before), call, observe('after', after, 'x()')], new Paper(columns))).lines;

  it('stand side by side, marked and attributed, where there is room', async () => {
    expect(await compare('same\nold', 'same\nnew\nmore')).toEqual([
      '▸ child  x() = 0',
      '',
      '  /file  on the host',
      '    before                   │ after',
      '    same                     │ same',
      '  - old                      │',
      '  +                          │ new',
      '  +                          │ more',
      '    ← x()',
    ]);
  });

  it('stand below each other on a narrow terminal', async () => {
    const lines = await compare('same\nold', 'same\nnew', 79);
    expect(lines.slice(2)).toEqual([
      '  /file  on the host (- before, + after)',
      '    same',
      '  - old',
      '  + new',
      '    ← x()',
    ]);
  });

  it('stand below each other where the lines are long', async () => {
    expect(await compare('o'.repeat(60), 'n'.repeat(60))).toContain(`  - ${'o'.repeat(60)}`);
  });

  it('say it once where they are the same, and only the ends of a long value', async () => {
    const value = Array.from({ length: 30 }, (_, index) => `line ${index}`).join('\n');
    const lines = await compare(value, value);
    expect(lines.slice(2)).toEqual([
      '  /file  on the host, the same before and after',
      '    line 0',
      '    … 28 lines the same',
      '    line 29',
    ]);
  });

  it('show each of seven rows that are the same, as the tables of lab 12 have them', async () => {
    const rows = [
      'processes  1',
      'mounts 2',
      'root overlay',
      'writes to  the image',
      'host name  box',
      'links lo',
      'volume none',
    ];
    const lines = await compare(rows.join('\n'), rows.join('\n'));
    expect(lines.slice(3)).toEqual(rows.map((row) => `    ${row}`));
  });

  it('tell what does not exist from what is empty', async () => {
    expect(await compare(null, '')).toContain('  ~ (does not exist)         │ (empty)');
  });

  it('shows what was observed before alone when the step ends without an after', async () => {
    const next: LabEvent = { type: 'step', id: 't', title: 'Next' };
    const { lines } = await show([observe('before', 'x'), call, next]);
    expect(lines.slice(0, 5)).toEqual(['▸ child  x() = 0', '', '  /file  on the host, before', '    x', '']);
  });

  const check: LabEvent = { type: 'check', step: 's', name: 'c', expected: '1', actual: '1', held: true };

  it('shows what was observed before alone when a check comes first, once', async () => {
    const { lines } = await show([observe('before', 'x'), call, check, check]);
    expect(lines.slice(2)).toEqual(['  /file  on the host, before', '    x', '', '✓ c: 1', '✓ c: 1']);
  });

  it('compares what a check came before all the same', async () => {
    const { text } = await show([observe('before', 'x'), check, observe('after', 'y')]);
    expect(text).toContain('  ~ x                        │ y\n');
  });

  it('leaves out the middle of a long value, and of many lines that differ', async () => {
    const value = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n');
    const alone = (await show([observe('during', value)])).lines;
    expect(alone.slice(7, 11)).toEqual(['    line 6', '    line 7', '    … 28 more lines', '    line 36']);
    const removed = await compare(value, 'none');
    expect(removed.filter((line) => line.startsWith('  - '))).toHaveLength(11);
    expect(removed.slice(-6, -4)).toEqual(['    … 29 more lines          │ …', '  - line 37                  │']);
  });

  it('does not compare what the host saw with what the container saw', async () => {
    const { text } = await show([observe('before', 'a'), { ...observe('after', 'b'), from: 'container' }]);
    expect(text).toContain('on the host, before');
    expect(text).toContain('in the container, after');
  });
});

describe('a plot', () => {
  it('of few samples is one line of blocks, from zero to the greatest', () => {
    expect(sparkline([0, 1, 2, 4, 8], true)).toBe('▁▁▂▄█');
    expect(sparkline([0, 1, 2, 4, 8], false)).toMatch(/^[\x20-\x7e]{5}$/);
  });

  it('has four rows, each sample as high as its value', () => {
    expect(plot([32, 16, 4], 3, true)).toEqual(['█  ', '█  ', '██ ', '██▄']);
  });

  it('shows every sample above zero, however small, and zero as nothing', () => {
    expect(plot([1000, 1, 0], 3, true).at(-1)).toBe('█▁ ');
    expect(plot([0, 0], 2, true).join('').trim()).toBe('');
  });

  it('averages a series that is longer than the terminal is wide', () => {
    const series = Array.from({ length: 1000 }, (_, index) => (index < 500 ? 0 : 1));
    expect(plot(series, 10, true).at(-1)).toBe('     █████');
  });

  it('is labelled with the range and the time', async () => {
    const { text } = await show();
    expect(text).toContain('100 % │█');
    expect(text).toContain('  0 % │█');
    expect(text).toMatch(/ 0 s +1\.4 s\n/);
    expect(text).toContain('memory  5.2 MiB  ▂▅█  977 KiB to 4.77 MiB');
  });
});
