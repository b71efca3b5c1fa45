import { stripVTControlCharacters } from 'node:util';
import { untilInterrupted } from '../../../terminal/interrupt.js';
import { showInLess } from '../../../terminal/less.js';
import type { Pager } from '../../../terminal/pager.js';
import { paragraph, screenOf } from '../../../view/terminal/screen.js';
import type { Sink } from '../../../view/view.js';
import { askKey } from '../ask-key.js';
import type { Reading } from './options.js';
import type { Left } from './section-left.js';

/** Asks where to begin: the section, undefined for the beginning; or the exit status where nothing is to be read. */
export async function askWhereToBegin({ id, title }: Left, sink: Sink): Promise<string | number | undefined> {
  const screen = screenOf(sink);
  const { wasAt, beginKeys } = screen.words.lessons;
  await sink.write(`${paragraph(wasAt(title), screen).join('\n')}\n`);
  let key = '';
  const status = await untilInterrupted(async ({ aborted, interrupt }) => {
    key = await askKey({ line: screen.paint.inverse(` ${beginKeys} `), keys: KEYS }, sink, aborted);
    if (key === 'interrupt') interrupt();
    return 0;
  });
  if (key === 'q' || key === 'interrupt') return status;
  return key === 'b' ? undefined : id;
}

const KEYS: ReadonlySet<string> = new Set(['space', 'enter', 'b', 'q', 'interrupt']);

/** The section at which a lesson was left: '' before the first; undefined at the end, or where nobody can tell. */
export interface Outcome {
  readonly left?: string | undefined;
}

/** Shows a whole lesson in less, from its section on. */
export async function showFromSection(reading: Reading, text: string, pager: Pager): Promise<Outcome> {
  const heads = headsOf(text, reading);
  const line = heads.find(({ id }) => id === reading.from)?.line ?? 1;
  const top = await showInLess(text, pager, { name: reading.id, line });
  const last = heads.at(-1);
  if (top === undefined || !last || last.line < top + (process.stdout.rows || 24) - 1) return {};
  // A head right below the top of the screen is where one is.
  return { left: heads.findLast((head) => head.line <= top + 1)?.id ?? '' };
}

/** The sections and the lines of their heads, from 1; none where they are too narrow to name the section. */
function headsOf(text: string, { chapters }: Reading): { id: string; line: number }[] {
  const lines = stripVTControlCharacters(text).split('\n');
  return chapters.flatMap(({ id }) => {
    const index = lines.findIndex((line) => HEAD.exec(line)?.[1] === id);
    return index === -1 ? [] : [{ id, line: index + 1 }];
  });
}

const HEAD = /^\s*[━=]{2} .* (\S+) [━=]{2}$/;
