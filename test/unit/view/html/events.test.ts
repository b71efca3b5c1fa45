import { describe, expect, it } from 'vitest';
import type { LabEvent } from '../../../../src/lab/events.js';
import { eventsToHtml } from '../../../../src/view/html/events/index.js';
import { openedTags, textOf } from '../../../support/markup.js';
import { play, SAMPLE } from '../sample.js';

const HOSTILE = `"'><img src=x onerror=alert(1)><script>alert(1)</script>&lt;b&gt;\u001b[2J`;

describe('the events of a run as HTML', () => {
  it('are one whole element each', async () => {
    for (const html of await render(SAMPLE)) expect(() => openedTags(html), html).not.toThrow();
  });

  it('say which section they belong in, and that start and end belong to the whole lab', async () => {
    const fragments = [];
    for await (const fragment of eventsToHtml(play(), 'en')) fragments.push(fragment);
    expect(fragments.map(({ step }) => step)).toEqual(expect.arrayContaining([undefined, 'uts', 'cpu-quota']));
    expect(fragments[0]).toMatchObject({ type: 'lab' });
    expect(fragments.at(-1)).toMatchObject({ type: 'end' });
    expect(fragments.at(-1)).not.toHaveProperty('step');
  });

  it.each(['en', 'zh'])('let nothing that a container says become markup (%s)', async (language) => {
    const honest = await render(SAMPLE, language);
    const hostile = await render(SAMPLE.map(makeHostile) as LabEvent[], language);
    const allowed = new Set(honest.flatMap(openedTags).map(({ name }) => name));
    const tags = hostile.flatMap(openedTags);
    expect(tags.filter(({ name }) => !allowed.has(name))).toEqual([]);
    expect(
      tags.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => /^on|^style$|^src$/.test(name)),
    ).toEqual([]);
    expect(textOf(hostile.join(''))).toContain('<img src=x onerror=alert(1)><script>');
  });

  it('write control characters out', async () => {
    expect((await render(SAMPLE)).join('')).not.toContain('\u001b');
    expect((await render(SAMPLE)).join('')).toContain('\\x1b[2J');
  });

  it('put before beside after, mark what changed, and name the call that did it', async () => {
    const change = find(await render(SAMPLE), 'in the container', 'class="beside"');
    expect(change).toContain('<tr class="changed">');
    expect(textOf(change)).toMatch(
      /before\s*after[\s\S]*changed\s*debian\s*box[\s\S]*changed by sethostname\("box", 3\)/,
    );
  });

  it('put long lines below each other, what is gone before what is new', async () => {
    const long = (value: string) => `${'/a/long/path'.repeat(5)} ${value}`;
    const look = { type: 'observe', step: 'uts', from: 'host', path: '/proc/4790/mountinfo' } as const;
    const before = { ...look, when: 'before', value: long('shared:1') } as const;
    const after = { ...look, when: 'after', value: long('private') } as const;
    const change = find(await render([before, after]), 'class="below"');
    expect(textOf(change)).toMatch(/−removed\S+ shared:1\s*\+added\S+ private/);
  });

  it('say of a check in words, not only in colour, whether it held', async () => {
    const html = await render(SAMPLE);
    expect(textOf(find(html, 'data-check="the host keeps its name"'))).toContain(
      '✓ held the host keeps its name debian',
    );
    const failed = find(html, 'data-check="cpu share follows the quota"', 'data-held="false"');
    expect(textOf(failed)).toContain('✗ failed cpu share follows the quota expected 0.20 ± 0.02, got 0.998');
  });

  it('mark a call that the kernel refused, and say why', async () => {
    const call = find(await render(SAMPLE), '<b>pivot_root</b>');
    expect(call).toContain('class="call failed"');
    expect(textOf(call)).toContain('= -1 EINVAL');
  });

  it('fold what only tidies up, and open it', async () => {
    const folded = find(await render(SAMPLE), '<details class="folded">');
    expect(textOf(folded)).toContain('3 housekeeping calls');
    expect(folded).toContain('<b>rt_sigaction</b>');
  });

  it('count what is folded, and no more, where they are to be brief', async () => {
    const fragments = [];
    for await (const { html } of eventsToHtml(play(), 'en', 'brief')) fragments.push(html);
    expect(find(fragments, 'class="folded"')).not.toContain('rt_sigaction');
  });

  it('speak Chinese to a reader of Chinese', async () => {
    const text = textOf((await render(SAMPLE, 'zh')).join('\n'));
    expect(text).toContain('不成立：2 项检查中有 1 项不成立');
    expect(text).toContain('在宿主机上');
    expect(text).not.toMatch(/\b(before|after|expected|housekeeping)\b/);
  });

  it('are shown up to the error that ended the lab', async () => {
    const seen: string[] = [];
    const reading = async () => {
      for await (const { type } of eventsToHtml(broken(), 'en')) seen.push(type);
    };
    await expect(reading()).rejects.toThrow('the lab has a bug');
    expect(seen).toEqual(['lab', 'step']);
  });
});

async function* broken(): AsyncGenerator<LabEvent, void> {
  yield* SAMPLE.slice(0, 2);
  throw new Error('the lab has a bug');
}

async function render(events: readonly LabEvent[], language = 'en'): Promise<string[]> {
  const all: string[] = [];
  for await (const { html } of eventsToHtml(play(events), language)) all.push(html);
  return all;
}

/** The fragment that has all of these in it. */
function find(fragments: readonly string[], ...parts: readonly string[]): string {
  const found = fragments.find((html) => parts.every((part) => html.includes(part)));
  if (found === undefined) throw new Error(`no fragment has ${parts.join(' and ')}`);
  return found;
}

/** What a container, or a file that it wrote, can decide; names of kinds stay. */
function makeHostile(event: LabEvent): unknown {
  const kept = ['type', 'when', 'from', 'by', 'stream', 'status', 'unit', 'cgroup'];
  const entries = Object.entries(event).map(([key, value]) => {
    if (kept.includes(key) || typeof value !== 'string') return [key, value];
    return [key, value + HOSTILE];
  });
  return Object.fromEntries(entries);
}
