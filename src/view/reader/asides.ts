import type { Callout, Hint } from '../../lesson/blocks.js';
import { readCommand } from './links.js';
import { inside, type Page } from './page.js';
import { behindBar, formatMarkdown } from './prose.js';

/** A remark or a warning behind a bar, with the word for it. */
export function formatCallout({ kind, text }: Callout, page: Page): string[] {
  const color = kind === 'warning' ? page.paint.red : page.paint.green;
  const bar = color(page.unicode ? '┃' : page.symbols.bar);
  return behindBar(bar, [color.bold(page.words.reader[kind]), ...formatMarkdown(text, inside(page, 2))]);
}

/** An open hint; of the others only the first says that they are there, and how to open it. */
export function formatHint(
  { stage, text }: Hint,
  { section, of }: { section: string; of: number },
  page: Page,
): string[] {
  const bar = page.paint.magenta(page.unicode ? '┆' : ':');
  const within = inside(page, 2);
  if (stage <= page.hints)
    return behindBar(bar, [page.paint.bold(page.words.reader.hint(stage)), ...formatMarkdown(text, within)]);
  if (stage > page.hints + 1) return [];
  const command = `${readCommand(page.name, section)} --hints ${stage}`;
  return behindBar(bar, formatMarkdown(page.words.reader.hintsWithheld(of - stage + 1, command), within));
}
