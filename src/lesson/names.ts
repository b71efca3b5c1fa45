import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../state/package-root.js';

/** What labs say themselves, and how an edition puts it; `*` stands for what differs from run to run. */
type Names = Readonly<Record<string, string>>;

const known = new Map<string, Names>();

/** The name of a check, a figure or a sight in the words of an edition; as it is where the edition has none for it. */
export function nameIn(language: string, english: string): string {
  const names = namesOf(language);
  return names[english] ?? fill(names, english) ?? english;
}

/** All that lessons/zh/names.json has, which groups them by lab. */
export function namesOf(language: string): Names {
  const names = known.get(language) ?? readNames(join(packageRoot(), `lessons/${language}/names.json`));
  known.set(language, names);
  return names;
}

function readNames(file: string): Names {
  const groups: Record<string, Names> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return Object.assign({}, ...Object.values(groups));
}

/** `它的限额：*` for `its limit: *`, with what stands there in the English name. */
function fill(names: Names, english: string): string | undefined {
  for (const [pattern, name] of Object.entries(names)) {
    const found = pattern.includes('*') ? matchName(pattern, english) : undefined;
    if (found) return found.reduce((text, part) => text.replace('*', () => part), name);
  }
  return undefined;
}

/** What the stars of a pattern stand for; undefined where the name is another one. */
export function matchName(pattern: string, english: string): string[] | undefined {
  const literals = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('(.+)')}$`).exec(english)?.slice(1);
}
