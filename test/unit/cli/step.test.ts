import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { describe, expect, it } from 'vitest';
import { meaningOf } from '../../../src/cli/keyboard.js';
import { renderNarration, renderQuestion } from '../../../src/cli/question.js';
import { streamSink } from '../../../src/view/sink.js';

const STEP = { type: 'step', id: 'clone', title: 'A clone', question: 'Which **pid** does `ps` show?' } as const;
const sink = streamSink(new PassThrough() as unknown as ReadStream, false);

describe('meaningOf', () => {
  it('goes on at Enter and space', () => {
    for (const input of ['\r', '\n', ' ']) expect(meaningOf(input)).toBe('next');
  });

  it('quits at q, Ctrl-C and Ctrl-D', () => {
    for (const input of ['q', 'Q', '\x03', '\x04']) expect(meaningOf(input)).toBe('quit');
  });

  it('waits for another key at anything else, such as an arrow', () => {
    for (const input of ['', 'x', '\x1b[A', 'é', '\x1a']) expect(meaningOf(input)).toBeUndefined();
  });

  it('takes the first key that means something', () => {
    expect(meaningOf('xq\r')).toBe('quit');
  });
});

describe('renderQuestion', () => {
  it('asks what the lesson asks, and leaves the cursor behind the keys', () => {
    const text = renderQuestion(STEP, sink);
    expect(text).toContain('Which pid does `ps` show?');
    expect(text).toMatch(/press Enter {3}q: quit $/);
  });

  it('names the keys only where the lesson asks nothing', () => {
    expect(renderQuestion({ type: 'step', id: 'clone', title: 'A clone' }, sink)).toBe('   Enter: go on   q: quit ');
  });

  it('reads aloud, with --plain', () => {
    const text = 'Question: Which pid does ps show?\nMake up your mind, then press Enter, q to quit.';
    expect(renderQuestion(STEP, sink, true)).toBe(text);
  });
});

describe('renderNarration', () => {
  it('stands below the question, or reads aloud', () => {
    expect(renderNarration('It is `1`.', sink)).toBe('\n  It is `1`.\n');
    expect(renderNarration('It is `1`.', sink, true)).toBe('It is 1.\n');
  });
});
