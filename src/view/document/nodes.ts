import type { Item } from '../run/items.js';
import type { Inline } from './inline.js';

/** A piece of a text that is read, whatever shows it: first those of Markdown, then those of a lesson. */
export type Node =
  | { type: 'paragraph'; inlines: Inline[] }
  | { type: 'heading'; inlines: Inline[] }
  | List
  | Table
  | Code
  | { type: 'quote'; nodes: Node[] }
  | { type: 'rule' }
  | Callout
  | Question
  /** What follows is not to be seen together with what comes before. */
  | { type: 'page-break' }
  | { type: 'diagram'; title: string; text: string }
  | { type: 'transcript'; caption: string; items: readonly Item[] }
  | Title
  | Contents
  | Section;

export interface List {
  type: 'list';
  /** Number of the first item; absent where they have none. */
  start?: number;
  items: Node[][];
}

/** Cells of inline text; each row has as many as the head. */
export interface Table {
  type: 'table';
  head: Inline[][];
  rows: Inline[][][];
}

/** `source`: the region that it was included from, `labs/03-cgroups/calls/limits.ts#join-cgroup`. */
export interface Code {
  type: 'code';
  language: string;
  source?: string;
  text: string;
}

/** Something beside the text; `word` says what it is. */
export interface Callout {
  type: 'callout';
  kind: 'note' | 'warning' | 'hint';
  word?: string;
  nodes: Node[];
}

/** `answer`: why it is so, or how to see it. A choice is known to be right where that is shown. */
export interface Question {
  type: 'question';
  word: string;
  nodes: Node[];
  choices: { letter: string; nodes: Node[]; isRight: boolean }[];
  answer: Node[];
}

/** `meta`: where else the same is found, in Markdown (`docker`: `--memory, --cpus`). */
export interface Title {
  type: 'title';
  id: string;
  title: string;
  facts: string[];
  meta: Readonly<Record<string, string>>;
}

/** `how`: a command that shows one of them. `areIds`: the titles are the ids, as the letters of a glossary are. */
export interface Contents {
  type: 'contents';
  word: string;
  entries: { id: string; level: number; title: Inline[] }[];
  areIds: boolean;
  how: Inline[];
}

/** What stands before the first heading has no head. */
export interface Section {
  type: 'section';
  head?: { id: string; level: number; title: Inline[] };
  nodes: Node[];
}
