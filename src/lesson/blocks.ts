import { UserError } from '../kernel/errors/user-error.js';
import type { MarkdownLine } from './markdown-lines.js';
import { type Predict, parsePredict } from './predict.js';

/** A piece of a lesson that readers show in a way of its own. `line` is its first line in the file, from 1. */
export type Block = Prose | Predict | Hint | Notes | Callout | Diagram | Transcript;

/** Markdown proper: paragraphs, lists, tables, code. */
export interface Prose {
  type: 'prose';
  text: string;
  line: number;
}

/** Help that opens after the ones before it: stages count from 1 in each section. */
export interface Hint {
  type: 'hint';
  stage: number;
  text: string;
  line: number;
}

/** What only the presenter of a demo sees. */
export interface Notes {
  type: 'notes';
  /** How long the presenter plans to be at it: `::: notes 2`. 0 where that is not said. */
  minutes: number;
  text: string;
  line: number;
}

export interface Callout {
  type: 'callout';
  kind: 'note' | 'warning';
  text: string;
  line: number;
}

/** A drawing in box-drawing characters. */
export interface Diagram {
  type: 'diagram';
  title: string;
  text: string;
  line: number;
}

/** What a recorded run told in this step; `skip`: of the run with that step left out. */
export interface Transcript {
  type: 'transcript';
  step: string;
  skip?: string;
  line: number;
}

const CONTAINER = /^\s*:::\s*(\S*)\s*(.*?)\s*$/;
const DRAWN = /^(`{3,}|~{3,})(diagram|transcript)\s+(.*?)\s*$/;
const REMEDY =
  'A lesson has ::: predict, ::: hint, ::: notes, ::: note and ::: warning; a line of ::: alone closes them.';

/** What a container or a fence holds: `info` stands behind its name, `start` is its first line. */
interface Enclosed {
  name: string;
  info: string;
  inside: MarkdownLine[];
  start: MarkdownLine;
}

/** Takes the body of a section apart. Throws UserError, with file and line, where it is broken. */
export function parseBlocks(lines: readonly MarkdownLine[], fileName: string): Block[] {
  const blocks: Block[] = [];
  let prose: MarkdownLine[] = [];
  for (let at = 0; at < lines.length; at++) {
    const found = enclosedAt(lines, at, fileName);
    if (found === undefined) {
      prose.push(lines[at] as MarkdownLine);
      continue;
    }
    blocks.push(...proseOf(prose), parseEnclosed(found, blocks, fileName));
    prose = [];
    at += found.inside.length + 1;
  }
  return [...blocks, ...proseOf(prose)];
}

/** The container or fence that starts at this line, if one does. */
function enclosedAt(lines: readonly MarkdownLine[], at: number, fileName: string): Enclosed | undefined {
  const start = lines[at] as MarkdownLine;
  const [, fence, drawn = '', title = ''] = (start.code && DRAWN.exec(start.text)) || [];
  if (fence !== undefined) {
    const end = lines.findIndex((line, index) => index > at && line.text.trim() === fence);
    return { name: drawn, info: title, inside: lines.slice(at + 1, endOr(end, start, fileName)), start };
  }
  const [, name, info = ''] = (!start.code && CONTAINER.exec(start.text)) || [];
  if (name === undefined) return undefined;
  if (name === '') throw new UserError(`${fileName}:${start.number}: ::: closes nothing`, 2, REMEDY);
  const end = lines.findIndex((line, index) => index > at && !line.code && CONTAINER.test(line.text));
  return { name, info, inside: lines.slice(at + 1, endOr(end, start, fileName)), start };
}

function endOr(end: number, start: MarkdownLine, fileName: string): number {
  if (end !== -1) return end;
  throw new UserError(`${fileName}:${start.number}: "${start.text.trim()}" has no end in its section`, 2, REMEDY);
}

/** Empty where there are blank lines only. */
function proseOf(lines: readonly MarkdownLine[]): Prose[] {
  const start = lines.findIndex(({ text }) => text.trim() !== '');
  if (start === -1) return [];
  return [{ type: 'prose', text: textOf(lines.slice(start)).trimEnd(), line: lines[start]?.number ?? 0 }];
}

function textOf(lines: readonly MarkdownLine[]): string {
  return lines.map(({ text }) => text).join('\n');
}

function parseEnclosed(found: Enclosed, before: readonly Block[], fileName: string): Block {
  const { name, info, inside, start } = found;
  const line = start.number;
  const text = textOf(inside).trim();
  switch (name) {
    case 'predict':
      return parsePredict(info, inside, `${fileName}:${line}`);
    case 'hint':
      return { type: 'hint', stage: before.filter(({ type }) => type === 'hint').length + 1, text, line };
    case 'notes':
      return { type: 'notes', minutes: parseMinutes(info, `${fileName}:${line}`), text, line };
    case 'note':
    case 'warning':
      return { type: 'callout', kind: name, text, line };
    case 'diagram':
      return { type: 'diagram', title: info, text: textOf(inside).trimEnd(), line };
    case 'transcript':
      return { type: 'transcript', ...parseTranscript(info), line };
    default:
      throw new UserError(`${fileName}:${line}: there is no "::: ${name}"`, 2, REMEDY);
  }
}

/** `2` or `0.5`; nothing is 0. */
function parseMinutes(info: string, place: string): number {
  if (/^(\d+(\.\d+)?)?$/.test(info)) return Number(info);
  throw new UserError(`${place}: "::: notes ${info}" says no minutes`, 2, 'Write ::: notes 2, or ::: notes 0.5.');
}

/** `pivot` or `pivot skip=umount-old-root`. */
function parseTranscript(info: string): { step: string; skip?: string } {
  const [step = '', option] = info.split(/\s+/);
  const skip = /^skip=(.+)$/.exec(option ?? '')?.[1];
  return skip === undefined ? { step } : { step, skip };
}
