import { table } from '../figures.js';
import type { Verdict } from './cases.js';
import type { Answer, Compared } from './judge.js';
import { REASONS } from './reasons.js';

/** A command, what is new of it, and what each answered. */
export function renderCompared({ area, command, answers, verdict, news }: Compared): string {
  const known = command.known ? ` (known: ${command.known.reason})` : '';
  const those = Object.entries(answers).flatMap(([name, answer]) => (answer ? [renderAnswer(name, answer)] : []));
  return [`${area}: ${command.line}`, `  ${news ?? verdict}${known}`, ...those].join('\n');
}

function renderAnswer(name: string, { status, stdout, stderr }: Answer): string {
  const lines = [...marked(stdout, ''), ...marked(stderr, '! ')];
  return [`  ${name}: ${status}`, ...lines.slice(0, 12).map((line) => `    ${line}`)].join('\n');
}

function marked(text: string, mark: string): string[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => `${mark}${line.slice(0, 200)}`);
}

/** How many are the same, by area; then the reasons of the known differences, and how often each holds. */
export function renderSummary(all: readonly Compared[]): string {
  const areas = [...new Set(all.map(({ area }) => area))];
  const rows = areas.map((area) =>
    row(
      area,
      all.filter((one) => one.area === area),
    ),
  );
  const reasons = Object.entries(REASONS).map(([id, why]) => [id, String(withReason(all, id)), why]);
  return `${table([HEAD, ...rows, row('all', all)])}\n\nknown differences\n${reasons.map((words) => `  ${words.join('  ')}`).join('\n')}`;
}

const HEAD = [
  '',
  'commands',
  'to the letter',
  'same status',
  'known',
  'new',
  'docker answers',
  'to the letter',
  'same status',
];

function row(name: string, some: readonly Compared[]): string[] {
  const beside = some.map(({ besideDocker }) => besideDocker).filter((one) => one !== undefined);
  const news = some.filter(({ news }) => news).length;
  const known = some.filter(({ command, news }) => command.known && !news).length;
  const figures = [some.length, ...agreeing(some.map(({ verdict }) => verdict)), known, news];
  return [name, ...[...figures, beside.length, ...agreeing(beside)].map(String)];
}

/** How many are the same to the letter, and how many have the same status. */
function agreeing(verdicts: readonly Verdict[]): [number, number] {
  const letters = verdicts.filter((one) => one === 'same').length;
  return [letters, letters + verdicts.filter((one) => one === 'text').length];
}

function withReason(all: readonly Compared[], id: string): number {
  return all.filter(({ command, news }) => command.known?.reason === id && !news).length;
}
