import type { Check, LabStarted, Measurement, Observation } from '../lab/events.js';
import type { CallRow, Change, FoldedCalls, Item, NumberedStep, OutputLines, Summary } from './arrange/items.js';
import { inWords, LONGEST_OUTPUT, LONGEST_VALUE, type Row, rowsOf } from './rows.js';
import { abridgeText } from './text/abridge.js';
import { humanise } from './text/figures.js';
import { withoutMarks } from './text/markdown.js';
import { textView, type View } from './view.js';
import * as words from './words.js';

type Formatters = { [Type in Item['type']]: (item: Extract<Item, { type: Type }>) => string[] };

/** How each kind of item reads aloud: one thing a line, words in place of symbols, nothing side by side. */
const FORMATTERS: Formatters = {
  lab: formatLab,
  step: formatStep,
  observe: formatObservation,
  change: formatChange,
  syscall: (call) => [formatSyscall(call)],
  folded: (item) => [formatFolded(item)],
  output: formatOutput,
  measure: (measure) => [formatMeasure(measure)],
  check: (check) => [formatCheck(check), ...formatAnswer(check)],
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
  return [`Lab ${lab.id}: ${lab.title}.`, `This machine: ${words.describeMachine(lab)}.`];
}

function formatStep(step: NumberedStep): string[] {
  const why = words.leftOut(step);
  const prose = step.prose && !step.impossible ? [withoutMarks(step.prose)] : [];
  return ['', `Step ${step.number}: ${step.title} (${step.id}).`, ...(why ? [sentence(why)] : []), ...prose];
}

function formatObservation({ path, from, when, value, changedBy }: Observation): string[] {
  const label = when === 'during' ? 'it says' : when;
  const lines = abridgeText(inWords(value), LONGEST_VALUE, linesMore);
  return [subject(from, path), ...lines.map((line) => `${label}: ${line}`), ...attribute(changedBy)];
}

function formatChange(change: Change): string[] {
  const { path, from, changedBy } = change.after;
  return [subject(from, path), ...rowsOf(change).flatMap(formatRow), ...attribute(changedBy)];
}

/** `On the host: /proc/sys/kernel/hostname`. */
function subject(from: Observation['from'], path: string): string {
  return `${capitalised(words.place(from))}: ${path}`;
}

function formatRow(row: Row): string[] {
  if (row.change === 'folded' && !row.same) return [`before and after: ${linesMore(row.count)}`];
  if (row.change === 'folded') return [`the same before and after: ${linesMore(row.count)}`];
  if (row.change === 'same') return [`the same before and after: ${row.before}`];
  const before = row.before === undefined ? [] : [`before: ${row.before}`];
  return row.after === undefined ? before : [...before, `after: ${row.after}`];
}

function attribute(changedBy: string | undefined): string[] {
  return changedBy === undefined ? [] : [`changed by: ${changedBy}`];
}

function formatSyscall(call: CallRow): string {
  const result = call.result === undefined ? 'does not return' : `result ${words.resultOf(call).replace(/^= /, '')}`;
  const around = call.around ? `; with ${call.around.map(({ name }) => name).join(' before and ')} after it` : '';
  return `${call.novelty === 'new' ? 'new call' : 'call'} by ${call.by}: ${call.text}, ${words.hasFailed(call) ? 'failed, ' : ''}${result}${around}`;
}

function formatFolded(item: FoldedCalls): string {
  return `by ${item.by}: ${words.countFolded(item, (times) => ` ${times} times`)}.`;
}

function formatOutput({ command, continued, stream, text }: OutputLines): string[] {
  const head = command === undefined || continued ? [] : [`command: ${command}`];
  const lines = text === '' ? [] : abridgeText(text, LONGEST_OUTPUT, linesMore);
  return [...head, ...lines.map((line) => `${stream === 'stderr' ? 'error output' : 'output'}: ${line}`)];
}

function formatMeasure({ name, value, unit, series = [] }: Measurement): string {
  const figure = `measured ${name}: ${humanise(value, unit)}`;
  if (series.length < 2) return figure;
  const [least, most] = [Math.min(...series), Math.max(...series)].map((sample) => humanise(sample, unit));
  return `${figure}; ${series.length} samples, from ${least} to ${most}`;
}

function formatCheck(check: Check): string {
  const found = words.saysItAll(check) ? `: ${check.actual}` : `; expected ${check.expected}, got ${check.actual}`;
  return `check ${check.held ? 'held' : 'failed'}: ${check.name}${found}`;
}

function formatAnswer({ answers }: Check): string[] {
  return answers ? words.judgeGuess(answers).map(withoutMarks) : [];
}

function formatEnd(end: Summary): string[] {
  const { why, remedies } = words.splitWhy(end);
  const skipped = words.skippedSentence(end);
  return [
    '',
    `Lab ${end.id} ${words.verdict(end)}.`,
    ...(why ? [withoutMarks(why)] : []),
    ...remedies.map((remedy) => `remedy: ${remedy}`),
    ...(skipped ? [skipped] : []),
    ...end.broken.map((check) => `in step ${check.step}, ${formatCheck(check)}`),
    ...(end.host?.held ? [sentence(end.host.name)] : []),
  ];
}

function linesMore(hidden: number): string {
  return `${hidden} more lines`;
}

function sentence(text: string): string {
  return `${capitalised(text)}${text.endsWith('.') ? '' : '.'}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
