import type { Lesson } from './lesson.js';
import { joinLines } from './paragraph.js';

const SECTION = 'break-it';
const ITEM = /^- `(?:tslab \S+ )?--skip ([\w-]+)`[:：]\s*(.*)$/;

/** What the section "Break it" says of leaving out a step, in Markdown, on one line; undefined where it says nothing. */
export function whatBreaks({ sections }: Lesson, step: string): string | undefined {
  const blocks = sections.find(({ id }) => id === SECTION)?.blocks ?? [];
  const lines = blocks.flatMap((block) => (block.type === 'prose' ? block.text.split('\n') : []));
  const start = lines.findIndex((line) => ITEM.exec(line)?.[1] === step);
  if (start < 0) return undefined;
  const more = lines.slice(start + 1);
  const end = more.findIndex((line) => !/^\s+\S/.test(line));
  const first = ITEM.exec(lines[start] ?? '')?.[2] ?? '';
  return joinLines([first, ...more.slice(0, end < 0 ? undefined : end)].map((text) => ({ text })));
}
