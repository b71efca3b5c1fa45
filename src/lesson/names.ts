import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../state/package-root.js';

/** English, and how an edition puts it; `*` stands for what differs from run to run. */
type Names = Readonly<Record<string, string>>;

/** Both lie beside the lessons of an edition, in groups by whoever says it. */
type File = 'names' | 'messages';

/** The name of a check, a figure or a sight in the words of an edition; as it is where the edition has none for it. */
export function nameIn(language: string, english: string): string {
  return find(tableOf(language, 'names'), english, (part) => part) ?? english;
}

/**
 * A message, or what to do about it, in the words of an edition: what tslab says of trouble, wherever it arises. What stands in it
 * may be a message, or several: those are looked up as well. Otherwise as it is.
 */
export function messageIn(language: string, english: string): string {
  const inside = (part: string) => partIn(language, part);
  return find(tableOf(language, 'messages'), english, inside) ?? nameIn(language, english);
}

/** A single word is what somebody gave, or what the kernel calls something. */
function partIn(language: string, part: string): string {
  if (!part.includes(' ')) return part;
  const whole = messageIn(language, part);
  if (whole !== part) return whole;
  const each = part.split(', ').map((one) => (one.includes(' ') ? messageIn(language, one) : one));
  return each.join(', ') === part ? part : each.join('、');
}

/** All that such a file of an edition has. */
export function namesOf(language: string, file: File = 'names'): Names {
  return tableOf(language, file).names;
}

interface Table {
  readonly names: Names;
  /** Names with stars: of those that match, the first says most of it itself. */
  readonly patterns: readonly (readonly [RegExp, string])[];
}

const known = new Map<string, Table>();

function tableOf(language: string, file: File): Table {
  const path = join(packageRoot(), `lessons/${language}/${file}.json`);
  const table = known.get(path) ?? readTable(path, file);
  known.set(path, table);
  return table;
}

function readTable(path: string, file: File): Table {
  const groups: Record<string, Names> = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  const names: Names = Object.assign({}, ...Object.values(groups));
  const starred = Object.keys(names).filter((name) => name.includes('*'));
  const patterns = starred
    .sort((one, other) => literalOf(other).length - literalOf(one).length)
    .map((name) => [patternOf(name, ACROSS_LINES[file]), names[name] as string] as const);
  return { names, patterns };
}

/** What to do about trouble may be several lines. */
const ACROSS_LINES = { names: '', messages: 's' } as const;

function literalOf(name: string): string {
  return name.replaceAll('*', '');
}

/** `它的限额：memory` for `its limit: memory`, where the table has `它的限额：*` for `its limit: *`. */
function find({ names, patterns }: Table, english: string, inside: (part: string) => string): string | undefined {
  if (Object.hasOwn(names, english)) return names[english];
  for (const [pattern, name] of patterns) {
    const found = pattern.exec(english);
    if (found) return found.slice(1).reduce((text, part) => text.replace('*', () => inside(part)), name);
  }
  return undefined;
}

function patternOf(name: string, flags = ''): RegExp {
  const literals = name.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('(.+?)')}$`, flags);
}

/** What the stars of a pattern stand for; undefined where the name is another one. */
export function matchName(pattern: string, english: string): string[] | undefined {
  return patternOf(pattern).exec(english)?.slice(1);
}
