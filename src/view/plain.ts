import type { Check, LabStarted, Measurement, Observation, SyscallMade } from '../lab/events.js';
import type { Change, Item, NumberedStep, OutputLines, Summary } from './arrange.js';
import { inWords, type Row, rowsOf } from './rows.js';
import { humanise } from './text/figures.js';
import { withoutMarks } from './text/markdown.js';
import { textView, type View } from './view.js';
import {
  countCalls,
  countChecks,
  describeMachine,
  hasFailed,
  resultOf,
  skippedSentence,
  statusWords,
} from './words.js';

type Formatters = { [Type in Item['type']]: (item: Extract<Item, { type: Type }>) => string[] };

/** How each kind of item reads aloud: one thing a line, words in place of symbols, nothing side by side. */
const FORMATTERS: Formatters = {
  lab: formatLab,
  step: formatStep,
  observe: formatObservation,
  change: formatChange,
  syscall: (call) => [formatSyscall(call)],
  housekeeping: (item) => [`${countCalls(item)}.`],
  output: formatOutput,
  measure: (measure) => [formatMeasure(measure)],
  check: (check) => [formatCheck(check)],
  end: formatEnd,
  over: () => [],
};

/** Shows a lab as linear text, for screen readers, Braille displays and logs. Long lines are left to the terminal. */
export const renderPlain: View = textView(() => plainLines);

/** The lines for one item, without symbols and colour. */
export function plainLines<Type extends Item['type']>(item: Extract<Item, { type: Type }>): string[] {
  const format: (item: Extract<Item, { type: Type }>) => string[] = FORMATTERS[item.type];
  return format(item);
}

function formatLab(lab: LabStarted): string[] {
  return [`Lab ${lab.id}: ${lab.title}.`, `This machine: ${describeMachine(lab)}.`];
}

function formatStep({ number, title, id, skipped, prose }: NumberedStep): string[] {
  const leftOut = skipped ? [`Left out on purpose, with --skip ${id}.`] : [];
  return ['', `Step ${number}: ${title} (${id}).`, ...leftOut, ...(prose ? [withoutMarks(prose)] : [])];
}

function formatObservation({ path, from, when, value, changedBy }: Observation): string[] {
  return [`Seen by the ${from}: ${path}`, ...labelled(when, inWords(value)), ...attribute(changedBy)];
}

function formatChange(change: Change): string[] {
  const { path, from, changedBy } = change.after;
  return [`Seen by the ${from}: ${path}`, ...rowsOf(change).flatMap(formatRow), ...attribute(changedBy)];
}

function formatRow(row: Row): string[] {
  if (row.change === 'folded') return [`the same before and after: ${row.count} more lines`];
  if (row.change === 'same') return [`the same before and after: ${row.before}`];
  const before = row.before === undefined ? [] : [`before: ${row.before}`];
  return row.after === undefined ? before : [...before, `after: ${row.after}`];
}

function labelled(label: string, text: string): string[] {
  return text.split('\n').map((line) => `${label}: ${line}`);
}

function attribute(changedBy: string | undefined): string[] {
  return changedBy === undefined ? [] : [`changed by: ${changedBy}`];
}

function formatSyscall(call: SyscallMade): string {
  const result = call.result === undefined ? 'does not return' : `result ${resultOf(call).replace(/^= /, '')}`;
  return `call by ${call.by}: ${call.text}, ${hasFailed(call) ? 'failed, ' : ''}${result}`;
}

function formatOutput({ command, continued, stream, text }: OutputLines): string[] {
  const head = command === undefined || continued ? [] : [`command: ${command}`];
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  return [...head, ...lines.map((line) => `${stream === 'stderr' ? 'error output' : 'output'}: ${line}`)];
}

function formatMeasure({ name, value, unit, series = [] }: Measurement): string {
  const figure = `measured ${name}: ${humanise(value, unit)}`;
  if (series.length < 2) return figure;
  const [least, most] = [Math.min(...series), Math.max(...series)].map((sample) => humanise(sample, unit));
  return `${figure}; ${series.length} samples, from ${least} to ${most}`;
}

function formatCheck({ held, name, expected, actual }: Check): string {
  return `check ${held ? 'held' : 'failed'}: ${name}; expected ${expected}, got ${actual}`;
}

function formatEnd(end: Summary): string[] {
  const why = end.why ? [withoutMarks(end.why)] : [];
  const skipped = skippedSentence(end);
  const broken = end.broken.map(formatCheck);
  return [
    '',
    `Lab ${end.id} ${statusWords(end.status)}: ${countChecks(end)}.`,
    ...why,
    ...(skipped ? [skipped] : []),
    ...broken,
  ];
}
