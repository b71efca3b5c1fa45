import type { Check, LabStarted, Measurement, ObservationMade } from '../lab/events.js';
import { type Formatters, formatBy } from './formatters.js';
import { inWords } from './run/in-words.js';
import type { CallRow, Change, FoldedCalls, Item, NumberedStep, Observed, OutputLines, Summary } from './run/items.js';
import { LONGEST_OUTPUT, LONGEST_VALUE, type Row, rowsOf } from './run/rows.js';
import {
  countFolded,
  hasFailed,
  leftOut,
  legendOf,
  resultOf,
  skippedSentence,
  splitWhy,
  wasThere,
} from './run/sentences.js';
import { abridgeText } from './text/abridge.js';
import { humanise } from './text/figures.js';
import { withoutMarks } from './text/markdown.js';
import { textView, type View } from './view.js';
import { type Words, wordsIn } from './words/index.js';

/** How each kind of item reads aloud: one thing a line, words in place of symbols, nothing side by side. */
const FORMATTERS: Formatters<Item, Words, string[]> = {
  lab: formatLab,
  step: formatStep,
  observe: formatObservation,
  change: formatChange,
  syscall: formatSyscall,
  folded: formatFolded,
  output: formatOutput,
  measure: formatMeasure,
  check: (check, words) => [formatCheck(check, words)],
  end: formatEnd,
  hold: () => [],
  over: () => [],
};

/** Shows a lab as linear text, for screen readers, Braille displays and logs. Long lines are left to the terminal. */
export const renderPlain: View = textView((sink) => {
  const words = wordsIn(sink.language);
  return (item) => plainLines(item, words);
});

/** The lines for one item, without symbols and colour. */
export function plainLines(item: Item, words = wordsIn()): string[] {
  return formatBy(FORMATTERS, item, words);
}

function formatLab(lab: LabStarted, { plain, machine }: Words): string[] {
  return [plain.lab(lab.id, lab.title), plain.machine(machine(lab)), ...legendOf(lab)];
}

function formatStep(step: NumberedStep, words: Words): string[] {
  const why = leftOut(step, words);
  const prose = step.prose && !step.impossible ? [withoutMarks(step.prose)] : [];
  return ['', words.plain.step(step), ...(why ? [words.sentence(why)] : []), ...prose];
}

function formatObservation(observation: Observed, words: Words): string[] {
  const { path, from, when, by } = observation;
  const label = when === 'during' ? words.plain.now : words[when];
  const lines = abridgeText(inWords(observation, words), LONGEST_VALUE, words.plain.linesMore);
  return [
    subject(from, path, words),
    ...lines.map((line) => words.plain.labelled(label, line)),
    ...attribute(by, words),
  ];
}

function formatChange(change: Change, words: Words): string[] {
  const { path, from, by } = change.after;
  if (change.isKnown) return [words.plain.labelled(subject(from, path, words), words.asBefore)];
  const rows = rowsOf(change, words).flatMap((row) => formatRow(row, words));
  return [subject(from, path, words), ...rows, ...attribute(by, words)];
}

/** `On the host: /proc/sys/kernel/hostname`. */
function subject(from: ObservationMade['from'], path: string, words: Words): string {
  const place = words.from[from];
  return words.plain.labelled(place.charAt(0).toUpperCase() + place.slice(1), words.named(path));
}

function formatRow(row: Row, { before, after, same, plain }: Words): string[] {
  if (row.change === 'folded') return [plain.labelled(row.same ? same : plain.bothTimes, plain.linesMore(row.count))];
  if (row.change === 'same') return [plain.labelled(same, row.before ?? '')];
  return [
    ...(row.before === undefined ? [] : [plain.labelled(before, row.before)]),
    ...(row.after === undefined ? [] : [plain.labelled(after, row.after)]),
  ];
}

function attribute(by: readonly string[] | undefined, { plain }: Words): string[] {
  return (by ?? []).map((call) => plain.labelled(plain.changedBy, call));
}

function formatSyscall(call: CallRow, { plain, existsAlready }: Words): string[] {
  const returned = wasThere(call) ? existsAlready : resultOf(call).replace(/^= /, '');
  const result = call.result === undefined ? undefined : returned;
  const around = (call.around ?? []).map(({ name }) => name);
  return [plain.call({ ...call, isNew: call.novelty === 'new', failed: hasFailed(call), result, around })];
}

function formatFolded(item: FoldedCalls, words: Words): string[] {
  return [words.plain.folded(item.by, countFolded(item, words, words.plain.times))];
}

function formatOutput({ command, continued, stream, text }: OutputLines, { plain, named }: Words): string[] {
  const head = command === undefined || continued ? [] : [plain.labelled(plain.command, named(command))];
  const lines = text === '' ? [] : abridgeText(text, LONGEST_OUTPUT, plain.linesMore);
  return [...head, ...lines.map((line) => plain.labelled(plain.output[stream], line))];
}

function formatMeasure({ name, value, unit, series = [] }: Measurement, { plain, range, named }: Words): string[] {
  const figure = plain.measured(named(name), named(humanise(value, unit)));
  if (series.length < 2) return [figure];
  const least = humanise(Math.min(...series), unit);
  const most = humanise(Math.max(...series), unit);
  return [figure + plain.semicolon + plain.samples(series.length, range(least, most))];
}

function formatCheck(check: Check, { plain, colon, expected, got, named }: Words): string {
  const { held, actual } = check;
  const found = held ? colon + named(actual) : plain.semicolon + expected(named(check.expected)) + got(named(actual));
  return plain.labelled(plain.check[held ? 'held' : 'failed'], named(check.name) + found);
}

function formatEnd(end: Summary, words: Words): string[] {
  const { plain } = words;
  const { why, remedies } = splitWhy(end, words);
  const skipped = skippedSentence(end, words);
  return [
    '',
    plain.end(end.id, words.verdict(end)),
    ...(why ? [withoutMarks(why)] : []),
    ...remedies.map((remedy) => plain.labelled(plain.remedy, remedy)),
    ...(skipped ? [skipped] : []),
    ...end.broken.map((check) => plain.inStep(check.step, formatCheck(check, words))),
    ...(end.host?.held ? [words.sentence(words.named(end.host.name))] : []),
  ];
}
