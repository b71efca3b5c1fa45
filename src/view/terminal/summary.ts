import type { Check } from '../../lab/events.js';
import type { Summary } from '../run/items.js';
import { nameWithStep, skippedSentence, splitWhy } from '../run/sentences.js';
import { wrap } from '../text/wrap.js';
import { formatCheck } from './checks.js';
import { paragraph, type Screen, verdictMark, withMargin } from './screen.js';

/** What stays on the screen: how the lab ended, why and what to do, what was left out and what that broke, and that the host is as it was. */
export function formatEnd(end: Summary, screen: Screen): string[] {
  const { why, remedies } = splitWhy(end, screen.words);
  return [
    screen.paint.cyan(screen.symbols.rule.repeat(screen.width)),
    ...formatVerdict(end, screen),
    ...(why ? paragraph(why, screen) : []),
    ...remedies.flatMap((remedy) => formatRemedy(remedy, screen)),
    ...formatSkipped(end, screen),
    ...end.broken.flatMap((check) => formatBroken(check, screen)),
    ...(end.host?.held ? formatHost(end.host, screen) : []),
  ];
}

function formatVerdict(end: Summary, screen: Screen): string[] {
  const { paint, width, words } = screen;
  const held = end.status === 'held';
  const verdict = { text: `${end.id} ${words.verdict(end)}`, paint: held ? paint.green.bold : paint.red.bold };
  return withMargin(verdictMark(held, screen), wrap([verdict], width - 2));
}

/** A command is copied by hand or by mouse: it stands alone. */
function formatRemedy(remedy: string, { paint, symbols, width }: Screen): string[] {
  return withMargin(paint.cyan.bold(symbols.remedy), wrap([{ text: remedy, paint: paint.bold }], width - 2, 2));
}

function formatSkipped(end: Summary, { paint, symbols, width, words }: Screen): string[] {
  const text = skippedSentence(end, words);
  return text === '' ? [] : withMargin(paint.yellow.bold(symbols.skipped), wrap([{ text }], width - 2));
}

/** With the step that it belongs to, which is no longer in sight. */
function formatBroken(check: Check, screen: Screen): string[] {
  return formatCheck(check, screen, nameWithStep(check, screen.words));
}

function formatHost({ name }: Check, screen: Screen): string[] {
  const { paint, width, words } = screen;
  return withMargin(verdictMark(true, screen), wrap([{ text: words.named(name), paint: paint.bold }], width - 2));
}
