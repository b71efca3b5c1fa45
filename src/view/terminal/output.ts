import type { OutputLines } from '../run/items.js';
import { LONGEST_OUTPUT } from '../run/rows.js';
import { abridgeText } from '../text/abridge.js';
import { wrap } from '../text/wrap.js';
import { type Screen, withMargin } from './screen.js';

/** The command, and what it printed behind a bar (`!` for its standard error). */
export function formatOutput(output: OutputLines, screen: Screen): string[] {
  return [...formatCommand(output, screen), ...formatLines(output, screen)];
}

function formatCommand({ command, continued }: OutputLines, { width, paint, words }: Screen): string[] {
  if (command === undefined || continued) return [];
  const lines = words
    .named(command)
    .split('\n')
    .flatMap((line, index) => {
      return wrap([{ text: index === 0 ? '$ ' : '  ' }, { text: line, paint: paint.bold }], width - 2, 4);
    });
  return withMargin(' ', lines);
}

function formatLines({ text, stream }: OutputLines, { width, paint, symbols, words }: Screen): string[] {
  if (text === '') return [];
  const bar = stream === 'stderr' ? paint.red.bold('!') : paint.cyan(symbols.bar);
  const lines = abridgeText(text, LONGEST_OUTPUT, (hidden) => `${symbols.more} ${words.linesMore(hidden)}`);
  return lines.flatMap((line) => wrap([{ text: line }], width - 4)).map((line) => `  ${bar} ${line}`.trimEnd());
}
