import { posix } from 'node:path';
import { UserError } from '../../../kernel/errors/user-error.js';
import { nearest } from '../../../state/nearest.js';
import { compilePattern, isPattern } from './match.js';
import type { Found, Source } from './source.js';

/** What one of the sources is, or one of its matches. */
export interface FoundSource extends Found {
  readonly given: string;
}

/** What the sources of a COPY are: a pattern may match nothing as long as another source is there. Throws UserError (1), in words that BuildKit's users know. */
export function findSources(source: Source, given: readonly string[]): FoundSource[] {
  const found = given.flatMap((one) => findOne(source, one).map((file) => ({ ...file, given: one })));
  if (found.length === 0) throw missing(source, given[0] as string);
  return found;
}

function findOne(source: Source, given: string): Found[] {
  const path = cleanPath(given, source.ignore !== undefined);
  if (isPattern(path)) return matching(source, path);
  const found = source.look(path, { follow: true });
  if (!found || !isVisible(source, found)) throw missing(source, given);
  return [found];
}

/** A source is below the root whatever is in front of it; `..` that leads out of a context is a mistake. */
function cleanPath(given: string, isContext: boolean): string {
  const path = posix.normalize(given.replace(/^\/+/, '') || '.');
  if (isContext && (path === '..' || path.startsWith('../')))
    throw new UserError(
      `COPY failed: forbidden path outside the build context: ${given}`,
      1,
      'Only what is below the context can be copied: give a directory above as the context, and the file by -f.',
    );
  return posix.normalize(`/${path}`).slice(1).replace(/\/$/, '');
}

function isVisible(source: Source, { path, stats }: Found): boolean {
  if (!source.ignore?.ignores(path)) return true;
  if (!stats.isDirectory() || !source.ignore.mayHaveExceptions(path)) return false;
  return !source.below(path).next().done;
}

/** Name by name: a `*` matches no slash. */
function matching(source: Source, pattern: string): Found[] {
  const names = pattern.split('/');
  let found: Found[] = [source.look('', { follow: true }) as Found];
  for (const name of names) {
    const matches = compilePattern(name);
    const directories = found.filter(({ stats }) => stats.isDirectory());
    const below = directories.flatMap(({ path }) => source.entries(path));
    const matched = below.filter(({ path }) => matches(posix.basename(path)));
    found = matched.flatMap(({ path }) => source.look(path, { follow: true }) ?? []);
  }
  return found.filter((one) => isVisible(source, one));
}

function missing(source: Source, given: string): UserError {
  const path = posix.normalize(given.replace(/^\/+/, '') || '.').replace(/\/$/, '');
  const line = source.ignore?.lineFor(path);
  const isHidden = line !== undefined && source.look(path, { follow: true }) !== undefined;
  const where = source.ignore ? 'in the build context' : 'there';
  if (isHidden) {
    const remedy = `Its line ${JSON.stringify(line)} leaves it out: remove that, or add !${path} below it.`;
    return new UserError(`COPY failed: ${given} is hidden by ${source.ignore?.file}`, 1, remedy);
  }
  const what = isPattern(given) ? `no file matches ${given}` : `file not found: ${given}`;
  return new UserError(`COPY failed: ${what} ${where}`, 1, linkNote(source, path) ?? nearNames(source, path));
}

/** Where a link is that leads to nothing there: it may have led out. */
function linkNote(source: Source, path: string): string | undefined {
  if (!source.look(path, { follow: false })?.stats.isSymbolicLink()) return undefined;
  const where = source.ignore ? 'the context' : 'it';
  return `It is a link to ${source.linkTarget(path)}, which is not there: no link leads out of ${where}.`;
}

/** Names that are like it in its directory. */
function nearNames(source: Source, path: string): string {
  const directory = posix.dirname(path);
  const where = directory === '.' ? '' : directory;
  if (!source.look(where, { follow: true })?.stats.isDirectory()) return `There is no directory ${directory} either.`;
  const names = source
    .entries(where)
    .filter((one) => !source.ignore?.ignores(one.path))
    .map((one) => posix.basename(one.path));
  const like = nearest(posix.basename(path), names);
  if (like !== undefined) return `Did you mean ${posix.join(where, like)}?`;
  const shown = names.slice(0, 8).join(', ');
  return names.length === 0
    ? `The ${where === '' && source.ignore ? 'build context' : 'directory'} is empty.`
    : `There is: ${shown}${names.length > 8 ? ', …' : ''}`;
}
