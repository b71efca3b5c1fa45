import { readFileSync } from 'node:fs';
import type { LabEvent } from '../../../../src/lab/events.js';
import { chaptersOf } from '../../../../src/lesson/chapters.js';
import { type Lesson, parseLesson } from '../../../../src/lesson/lesson.js';
import { itemsOfStep, lessonNodes, type Request } from '../../../../src/view/document/lesson.js';
import { sayNodes } from '../../../../src/view/document/plain.js';
import { highlight } from '../../../../src/view/highlight.js';
import { formatNodes, pageOf } from '../../../../src/view/reader/index.js';
import type { Page } from '../../../../src/view/reader/page.js';
import { arrange } from '../../../../src/view/run/index.js';
import type { Item } from '../../../../src/view/run/items.js';
import { wordsIn } from '../../../../src/view/words/index.js';

const step = 'uts';

const RUN: LabEvent[] = [
  { type: 'lab', id: '07-uts', title: 'A host name of its own', cgroup: 'v2', root: true },
  { type: 'step', id: 'join', title: 'Another step' },
  { type: 'output', step: 'join', stream: 'stdout', text: 'of another step\n' },
  { type: 'step', id: step, title: 'The child sets its name', prose: 'The child sets its name.' },
  { type: 'observe', step, when: 'before', from: 'container', path: '/proc/sys/kernel/hostname', value: 'debian' },
  { type: 'syscall', step, by: 'child', name: 'sethostname', args: [], result: 0, text: 'sethostname("box", 3)' },
  { type: 'observe', step, when: 'after', from: 'container', path: '/proc/sys/kernel/hostname', value: 'box' },
  { type: 'check', step, name: 'the host keeps its name', expected: 'debian', actual: 'debian', held: true },
  { type: 'end', id: '07-uts', status: 'held' },
];

/** A lesson that has every kind of block, in a language. */
export function sampleLesson(language: 'en' | 'zh'): Lesson {
  const text = readFileSync(new URL(`sample.${language}.md`, import.meta.url), 'utf8');
  return parseLesson(text, `lessons/${language}/07-uts.md`);
}

/** As somebody asks for it who has not been told the answers; the run with `--skip` is not recorded. */
export async function sampleRequest(language: 'en' | 'zh', more: Partial<Request> = {}): Promise<Request> {
  const items = await arranged(RUN);
  const itemsOf: Request['itemsOf'] = ({ step, skip }) => (skip ? undefined : itemsOfStep(items, step));
  return { name: '07', answers: false, hints: 0, words: wordsIn(language), itemsOf, ...more };
}

/** What a terminal can do in these tests. */
export interface Terminal {
  readonly columns: number;
  readonly color?: 0 | 1;
  readonly unicode?: boolean;
  readonly hyperlinks?: boolean;
}

/** The page of such a terminal. */
export function pageFor({ columns, color = 0, unicode = true, hyperlinks = false }: Terminal, request: Request): Page {
  const sink = { columns, color, unicode, language: 'en', write: async () => true };
  return pageOf(sink, { hyperlinks, ...(color > 0 && { highlight }) }, request);
}

/** The sample lesson on such a terminal, as text. */
export async function readSample(language: 'en' | 'zh', terminal: Terminal, more: Partial<Request> = {}) {
  const lesson = sampleLesson(language);
  const page = pageFor(terminal, await sampleRequest(language, more));
  return `${formatNodes(lessonNodes(lesson, '07-uts', chaptersOf(lesson.sections), page), page).join('\n')}\n`;
}

/** The same as linear text. */
export async function saySample(language: 'en' | 'zh', more: Partial<Request> = {}) {
  const lesson = sampleLesson(language);
  const request = await sampleRequest(language, more);
  return `${sayNodes(lessonNodes(lesson, '07-uts', chaptersOf(lesson.sections), request), request).join('\n')}\n`;
}

async function arranged(events: readonly LabEvent[]): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of arrange(events)) items.push(item);
  return items;
}
