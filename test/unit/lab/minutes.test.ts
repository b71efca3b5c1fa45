import { describe, expect, it } from 'vitest';
import { markdownLines } from '../../../src/lesson/markdown-lines.js';
import { minutesOf } from '../../../src/lesson/minutes.js';

const minutes = (text: string) => minutesOf(markdownLines(text));

describe('minutesOf', () => {
  it('counts words, and characters of Chinese', () => {
    expect(minutes('word '.repeat(1000))).toBe(5);
    expect(minutes('字'.repeat(1500))).toBe(5);
    expect(minutes(`${'字'.repeat(300)} ${'word '.repeat(200)}`)).toBe(2);
  });

  it('counts a minute for each question, and nothing for code', () => {
    expect(minutes('::: predict a check\n:::\n'.repeat(3))).toBe(3);
    expect(minutes(`\`\`\`\n${'word '.repeat(1000)}\n\`\`\`\n`)).toBe(1);
  });
});
