import { describe, expect, it } from 'vitest';
import { type Command, parseSessions, readAreas } from '../../../bench/same-commands/cases.js';
import { type Answer, compare } from '../../../bench/same-commands/judge.js';
import { normalise } from '../../../bench/same-commands/normalise.js';
import { REASONS } from '../../../bench/same-commands/reasons.js';

const answer = (status: number, stdout = '', stderr = ''): Answer => ({ status, stdout, stderr });
const HI = answer(0, 'hi\n');

describe('the commands that tslab and podman are given', () => {
  it('are four hundred at least, and each known difference has a reason', () => {
    const all = readAreas().flatMap(({ sessions }) => sessions.flat());
    expect(all.length).toBeGreaterThanOrEqual(400);
    expect(all.filter(({ known }) => known && !(known.reason in REASONS))).toEqual([]);
    const used = new Set(all.map(({ known }) => known?.reason));
    expect(Object.keys(REASONS).filter((reason) => !used.has(reason))).toEqual([]);
  });

  it('stand in sessions, with what is known of them', () => {
    expect(parseSessions("# a remark\ndocker ps -f '#'\ndocker rm a ## status docker\n\n\ndocker ls\n")).toEqual([
      [
        { line: "docker ps -f '#'", at: 1 },
        { line: 'docker rm a', at: 2, known: { verdict: 'status', reason: 'docker' } },
      ],
      [{ line: 'docker ls', at: 5 }],
    ]);
  });
});

describe('two answers', () => {
  const judge = (known: Command['known'], podman: Answer, docker?: Answer) => {
    const { verdict, news } = compare(
      { area: 'run', command: { line: 'docker run', at: 0, ...(known && { known }) } },
      { tslab: HI, podman, docker },
    );
    return [verdict, news];
  };

  it('are the same by status, stdout and whether there is a stderr', () => {
    expect(judge(undefined, HI)).toEqual(['same', undefined]);
    expect(judge(undefined, answer(1, 'hi\n'))).toEqual(['status', 'differs in status']);
    expect(judge(undefined, answer(0, 'ho\n'))).toEqual(['text', 'differs in text']);
    expect(judge(undefined, answer(0, 'hi\n', 'warning'))).toEqual(['text', 'differs in text']);
  });

  it('differ as is known, or that is news', () => {
    expect(judge({ verdict: 'text', reason: 'docker' }, answer(0))).toEqual(['text', undefined]);
    expect(judge({ verdict: 'text', reason: 'docker' }, answer(1))).toEqual(['status', 'differs in status']);
    expect(judge({ verdict: 'text', reason: 'docker' }, HI)).toEqual(['same', 'a known difference is gone']);
    expect(judge({ verdict: 'text', reason: '?' }, answer(0))).toEqual(['text', 'no such reason: ?']);
  });

  it('are judged by docker where docker is the reason', () => {
    const known = { verdict: 'text', reason: 'docker' } as const;
    expect(judge(known, answer(0), HI)).toEqual(['text', undefined]);
    expect(judge(known, answer(0), answer(0))).toEqual(['text', 'docker does not answer as tslab does']);
  });
});

describe('what differs from run to run', () => {
  it.each([
    ['ID', 'f'.repeat(64)],
    ['SHORT', 'f'.repeat(12)],
    ['TIME', '2026-11-29T02:24:21.123456789Z'],
    ['TIME', '2026-11-29 02:24:21 +0000 UTC'],
    ['Up A WHILE', 'Up About a minute'],
    ['A WHILE', '5 seconds ago'],
    ['Exited (0) A WHILE', 'Exited (0) Less than a second ago'],
    ['SOME_NAME', 'brave_mestorf'],
    ['busybox', 'localhost/busybox:latest'],
    ["'docker run' requires", "'podman run' requires"],
    ['NAME  STATE', 'NAME         STATE   '],
  ])('is %j for %j', (word, text) => {
    expect(normalise(text)).toBe(word);
  });

  it('is no figure and no word that was asked for', () => {
    for (const text of ['67108864', '3 hi', 'A=1 two', '64m']) expect(normalise(text)).toBe(text);
  });
});
