import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../kernel/errors/user-error.js';
import { packageRoot } from '../state/package-root.js';
import type { Block, Prose } from './blocks.js';
import type { Lesson } from './lesson.js';
import { type MarkdownLine, markdownLines } from './markdown-lines.js';

/** Gives the text of a source file of the package, or undefined where there is none. */
export type ReadSource = (path: string) => string | undefined;

const INCLUDE = /^(\s*[`~]{3,}.*?)\s+include=(\S+)\s*$/;

/**
 * Fills each code block such as ```` ```ts include=labs/03-cgroups/lab.ts#quota ```` with that region of the source, so that
 * no code is typed twice. Throws UserError, with file and line of the lesson, where the region is missing.
 */
export function includeCode(lesson: Lesson, read: ReadSource = readPackageFile): Lesson {
  const fill = (block: Block) => (block.type === 'prose' ? fillProse(block, lesson.file, read) : block);
  const sections = lesson.sections.map((section) => ({ ...section, blocks: section.blocks.map(fill) }));
  return { ...lesson, opening: lesson.opening.map(fill), sections };
}

function readPackageFile(path: string): string | undefined {
  const file = join(packageRoot(), path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function fillProse(prose: Prose, fileName: string, read: ReadSource): Prose {
  if (!prose.text.includes('include=')) return prose;
  const lines = markdownLines(prose.text);
  const filled = lines.map((line) => fillFence(line, read, `${fileName}:${prose.line + line.number - 1}`));
  return { ...prose, text: filled.join('\n') };
}

/** The opening fence, which goes on to name the source, with the code below it; any other line as it is. */
function fillFence(line: MarkdownLine, read: ReadSource, place: string): string {
  const [, fence, source = ''] = (line.code && INCLUDE.exec(line.text)) || [];
  if (fence === undefined) return line.text;
  const [path = '', name = ''] = source.split('#');
  const text = read(path);
  const region = text === undefined ? undefined : extractRegion(text, name);
  if (region === undefined) throw missing(source, text === undefined, place);
  return `${fence} source=${source}\n${region}`;
}

function missing(source: string, noFile: boolean, place: string): UserError {
  const [path, name] = source.split('#');
  const what = noFile ? `there is no file ${path}` : `${path} has no region "${name ?? ''}"`;
  const remedy = `The source marks it with "// #region ${name ?? 'name'}" and "// #endregion".`;
  return new UserError(`${place}: include=${source}: ${what}`, 2, remedy);
}

/** The lines between `// #region name` and its `// #endregion`, without their common indentation; undefined if there is none. */
export function extractRegion(source: string, name: string): string | undefined {
  const lines = source.split(/\r?\n/);
  const start = lines.findIndex((line) => regionName(line) === name);
  if (start === -1) return undefined;
  const inside = lines.slice(start + 1);
  const end = endOfRegion(inside);
  return end === -1 ? undefined : dedent(inside.slice(0, end).filter((line) => !isMarker(line)));
}

/** Index of the `#endregion` that closes the region around these lines; regions may stand in regions. */
function endOfRegion(lines: readonly string[]): number {
  let depth = 1;
  return lines.findIndex((line) => {
    if (regionName(line) !== undefined) depth++;
    else if (isMarker(line)) depth--;
    return depth === 0;
  });
}

function regionName(line: string): string | undefined {
  return /^\s*\/\/ #region ([\w-]+)\s*$/.exec(line)?.[1];
}

function isMarker(line: string): boolean {
  return /^\s*\/\/ #(end)?region\b/.test(line);
}

function dedent(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const common = Math.min(...indents);
  return lines.map((line) => line.slice(common)).join('\n');
}
