/** From a Dockerfile's text to its instructions, one a line. Source: docs.docker.com, Dockerfile reference, "Format", "Parser directives". */
import { type Begun, begunHeredocs, type Heredoc, isEnd } from './heredocs.js';
import { DockerfileError, type Place } from './place.js';

/** An instruction whose continuations are joined. */
export interface Logical {
  readonly at: Place;
  readonly text: string;
  readonly heredocs: readonly Heredoc[];
}

export interface Lines {
  /** `\`, or what `# escape=` says: the mark of a continuation, and what takes the meaning of the next character away. */
  readonly mark: string;
  readonly all: readonly Logical[];
}

/** Throws DockerfileError for a directive that is none. */
export function logicalLines(text: string, file: string): Lines {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  const mark = escapeOf(lines, file);
  return { mark, all: joined(lines, file, mark) };
}

const DIRECTIVE = /^\s*#\s*([A-Za-z][\w-]*)\s*=\s*(.+?)\s*$/;
const KNOWN = ['syntax', 'escape', 'check'];

/** Directives stand above all else; a comment that is none ends them. `syntax` names a program that is to read the file: this one reads it here. */
function escapeOf(lines: readonly string[], file: string): string {
  const found = new Map<string, string>();
  for (const [i, line] of lines.entries()) {
    const [, name = '', value = ''] = DIRECTIVE.exec(line) ?? [];
    const key = name.toLowerCase();
    if (!KNOWN.includes(key)) break;
    const at = { file, line: i + 1, lastLine: i + 1, source: [line] };
    if (found.has(key)) throw new DockerfileError(at, `only one ${key} parser directive can be used`);
    if (key === 'escape' && !['\\', '`'].includes(value))
      throw new DockerfileError(at, `invalid escape token ${JSON.stringify(value)}`, 'It is \\ or `.');
    found.set(key, value);
  }
  return found.get('escape') ?? '\\';
}

/** Within a continued instruction comments and empty lines are no part of it, wherever they begin: half of all Dockerfiles have such. */
function joined(lines: readonly string[], file: string, mark: string): Logical[] {
  const continued = new RegExp(`${mark === '\\' ? '\\\\' : mark}[ \\t]*$`);
  const all: Logical[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (isNothing(lines[at])) continue;
    const first = at;
    let text = '';
    let last = at;
    for (; at < lines.length; at++) {
      const line = lines[at] as string;
      if (isNothing(line)) continue;
      last = at;
      text += line.replace(continued, '');
      if (!continued.test(line)) break;
    }
    const { heredocs, end } = heredocsOf(text.trim(), { lines, file, mark, first, last });
    if (heredocs.length > 0) at = end;
    if (text.trim()) all.push({ at: placeOf(lines, file, [first, end]), text: text.trim(), heredocs });
  }
  return all;
}

function isNothing(line = ''): boolean {
  return /^\s*(#|$)/.test(line);
}

/** Where an instruction stands: its first and its last line, from 0. */
interface Around {
  readonly lines: readonly string[];
  readonly file: string;
  readonly mark: string;
  readonly first: number;
  readonly last: number;
}

/** Takes the lines below an instruction that belong to it. `end` is the last of all. Throws DockerfileError where they do not end. */
function heredocsOf(text: string, { lines, file, mark, first, last }: Around): { heredocs: Heredoc[]; end: number } {
  let end = last;
  const heredocs = begunHeredocs(text, mark).map((begun: Begun): Heredoc => {
    const start = end + 1;
    end = lines.findIndex((line, i) => i >= start && isEnd(line, begun));
    if (end < 0) {
      const at = placeOf(lines, file, [first, last]);
      throw new DockerfileError(
        at,
        `unterminated heredoc: ${begun.word}`,
        `It ends with a line that is ${begun.name} alone.`,
      );
    }
    return {
      ...begun,
      raw: lines
        .slice(start, end)
        .map((line) => `${line}\n`)
        .join(''),
    };
  });
  return { heredocs, end };
}

function placeOf(lines: readonly string[], file: string, [first, last]: readonly [number, number]): Place {
  return { file, line: first + 1, lastLine: last + 1, source: lines.slice(first, last + 1) };
}
