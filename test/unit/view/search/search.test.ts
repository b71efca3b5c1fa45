import { describe, expect, it } from 'vitest';
import { parseLesson } from '../../../../src/lesson/lesson.js';
import { passagesOf } from '../../../../src/view/search/passages.js';
import { excerptOf, search } from '../../../../src/view/search/search.js';

const TEXT = `---
title: Layers
summary: what \`overlay\` shows
minutes: 1
---
Before all.

## Copy-up {#copy-up}

The first write **copies** the
file from a lower layer.

::: predict
Where is the file?

- [x] In upper, a secret.

It was a secret.
:::

::: note
An overlay has layers.
:::

## Overlay {#overlay}

容器写时
复制文件。
`;
const PASSAGES = passagesOf(parseLesson(TEXT, 'lessons/en/04.md'), '04');
const found = (query: string) => search(PASSAGES, query).map(({ section }) => section);

describe('a search', () => {
  it('finds the sections that say all words, in any order and case, titles first', () => {
    expect(found('overlay')).toEqual(['overlay', '', 'copy-up']);
    expect(found('LAYER copies')).toEqual(['copy-up']);
    expect(found('layer nonesuch')).toEqual([]);
    expect(found('  ')).toEqual([]);
  });

  it('names the line of the paragraph, which may begin before what was found', () => {
    const [hit] = search(PASSAGES, 'lower layer');
    expect(hit?.paragraph).toEqual({ line: 10, text: 'The first write copies the file from a lower layer.' });
    expect(search(PASSAGES, 'has layers')[0]?.paragraph.line).toBe(22);
  });

  it('finds Chinese across the end of a line, and words in another order', () => {
    expect(found('写时复制')).toEqual(['overlay']);
    expect(found('复制文')).toEqual(['overlay']);
    expect(found('复制容')).toEqual([]);
  });

  it('gives no answers away', () => {
    expect(found('secret')).toEqual([]);
    expect(found('where is')).toEqual(['copy-up']);
  });

  it('shows what was found with some of the text around it', () => {
    const text = `${'before '.repeat(30)}here${' after'.repeat(30)}`;
    const [hit] = search([{ lesson: '1', section: 'a', title: 't', paragraphs: [{ line: 1, text }] }], 'here');
    const { before, found: shown, after } = hit ? excerptOf(hit) : { before: '', found: '', after: '' };
    expect([before.slice(0, 8), shown, after.slice(-2)]).toEqual(['… before', 'here', ' …']);
    expect(before.length + after.length).toBeLessThan(160);
  });
});
