import { describe, expect, it } from 'vitest';
import type { Check, LabEnded, LabEvent } from '../../../src/lab/events.js';
import { renderPlain } from '../../../src/view/plain.js';
import { renderTerminal } from '../../../src/view/terminal/index.js';
import type { View } from '../../../src/view/view.js';
import { Paper, play } from './sample.js';

async function show(events: readonly LabEvent[], columns = 80, view: View = renderTerminal): Promise<string[]> {
  const paper = new Paper(columns);
  await view(play(events), paper);
  return paper.lines;
}

function check(name: string, expected: string, actual: string, held = expected === actual): Check {
  return { type: 'check', step: 'clone', name, expected, actual, held };
}

describe('a check', () => {
  it('that found what was expected says it once', async () =>
    expect(await show([check('the child is PID 1', 'I am PID 1', 'I am PID 1')])).toEqual([
      '✓ the child is PID 1: I am PID 1',
    ]));

  it('that held says what was found, and not what was expected', async () => {
    const held = [check('the share', '0.20 ± 0.02', '0.201', true)];
    expect(await show(held)).toEqual(['✓ the share: 0.201']);
    expect(await show(held, 80, renderPlain)).toEqual(['check held: the share: 0.201']);
  });

  it('that failed says both, even where they read alike', async () =>
    expect(await show([check('the share', '1', '1', false)])).toEqual(['✗ the share  expected 1, got 1']));

  it('puts what was found on a line of its own where it is too long', async () =>
    expect(await show([check('its root is ours', 'device 65024', 'device 2')], 40)).toEqual([
      '✗ its root is ours',
      '    expected device 65024, got device 2',
    ]));

  it('puts expected and got below each other where they are longer still', async () =>
    expect(await show([check('its root is ours', 'device 65024, inode 12', 'device 2')], 40)).toEqual([
      '✗ its root is ours',
      '    expected device 65024, inode 12,',
      '    got device 2',
    ]));
});

describe('the end of a lab', () => {
  const end: LabEnded = { type: 'end', id: '01', status: 'held' };
  const host: Check = { ...check('the host is as it was before', 'nothing', 'nothing'), step: 'host' };
  /** What stands below the rule. */
  const ending = async (events: readonly LabEvent[]) => {
    const lines = await show(events);
    return lines.slice(lines.findLastIndex((line) => line.startsWith('━')) + 1);
  };

  it('counts the checks, and says that the host is as it was', async () => {
    expect(await ending([check('a', '1', '1'), host, end])).toEqual([
      '✓ 01 held: all 2 checks',
      '✓ the host is as it was before',
    ]);
  });

  it('says which steps were skipped, and which checks of which steps failed', async () => {
    const failed: LabEnded = { ...end, status: 'failed', skipped: ['clone', 'pivot'] };
    expect(await ending([check('a', '1', '2'), host, failed])).toEqual([
      '✗ 01 failed: 1 of 2 checks did not hold',
      '⊘ Skipped on purpose: clone, pivot; because of them these checks failed:',
      '✗ clone: a  expected 1, got 2',
      '✓ the host is as it was before',
    ]);
  });

  it('does not say that the host is as it was when it is not', async () => {
    const changed = { ...host, actual: 'mount /x appeared', held: false };
    expect(await ending([changed, { ...end, status: 'failed' }])).toEqual([
      '✗ 01 failed: 1 of 1 check did not hold',
      '✗ host: the host is as it was before  expected nothing, got mount /x appeared',
    ]);
  });

  const impossible: LabEnded = {
    ...end,
    status: 'impossible',
    why: 'This machine has no user namespaces. Remedy: sysctl user.max_user_namespaces=1000\nsudo tslab 01',
  };

  it('puts each command that would help on a line of its own', async () => {
    expect(await ending([impossible])).toEqual([
      '✗ 01 is not possible here',
      '  This machine has no user namespaces.',
      '→ sysctl user.max_user_namespaces=1000',
      '→ sudo tslab 01',
    ]);
    expect((await show([impossible], 80, renderPlain)).slice(-4)).toEqual([
      'Lab 01 is not possible here.',
      'This machine has no user namespaces.',
      'remedy: sysctl user.max_user_namespaces=1000',
      'remedy: sudo tslab 01',
    ]);
  });

  it('counts what held until a lab was stopped', async () => {
    const stopped: LabEnded = { ...end, status: 'failed', why: 'interrupted' };
    expect(await ending([check('a', '1', '1'), stopped])).toEqual([
      '✗ 01 failed; until then 1 check held',
      '  interrupted',
    ]);
  });
});

describe('a step that is not done', () => {
  it('says why in place of its narration when this machine cannot do it', async () => {
    const step: LabEvent = { type: 'step', id: 's', title: 'T', prose: 'It works.', impossible: 'no cpuset' };
    const lines = await show([step]);
    expect(lines.slice(1)).toEqual(['⊘ not possible here: no cpuset']);
    expect(await show([step], 80, renderPlain)).toContain('Not possible here: no cpuset.');
  });
});

describe('long output', () => {
  it('is shown by its ends, the lines between are counted', async () => {
    const text = Array.from({ length: 80 }, (_, index) => `line ${index}\n`).join('');
    const lines = await show([{ type: 'output', step: 's', stream: 'stdout', command: 'ps', text }]);
    expect(lines).toHaveLength(14);
    expect(lines.slice(8, 11)).toEqual(['  │ line 7', '  │ … 68 more lines', '  │ line 76']);
  });
});
