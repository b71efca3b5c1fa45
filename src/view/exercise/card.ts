import { CALLS } from '../../exercise/definition.js';
import type { ExerciseBegun, ExerciseEvent, FactSeen } from '../../exercise/events.js';
import { type ExerciseText, type FactText, paragraphs } from '../../exercise/text.js';
import type { SyscallMade } from '../../lab/events.js';
import { messageIn } from '../../lesson/names.js';
import { paragraph, type Screen, verdictMark } from '../terminal/screen.js';
import { visibleLine } from '../text/visible.js';
import { wrap } from '../text/wrap.js';

/** An exercise as it stands, for a screen. */
export interface Card {
  readonly id: string;
  readonly text: ExerciseText;
  readonly language: string;
  /** What the last attempt told. */
  readonly events: readonly ExerciseEvent[];
  /** How many hints are shown. */
  readonly hints: number;
}

/** So many calls are shown, the last ones. */
const MOST_CALLS = 10;

/** The task: title, goal, and what there is at the start, as far as there is room in so many rows; the title always. */
export function formatTask({ id, text, language }: Card, screen: Screen, rows = Number.POSITIVE_INFINITY): string[] {
  const title = wrap([{ text: id, paint: screen.paint.bold }, { text: `  ${text.title}` }], screen.width);
  const foreign = text.language === language ? [] : prose(screen.words.reader.notTranslated, screen);
  const goal = [...title, ...foreign, '', ...prose(text.goal, screen)];
  const all = [...goal, '', ...prose(text.start, screen)];
  return [all, goal].find(({ length }) => length <= rows) ?? title;
}

/**
 * What an attempt came to: what the student's file printed, its calls, the facts, and the hints that were asked for. Where there is no room
 * for that in so many rows, facts that hold, and those that are not looked at yet, are counted, and fewer calls are shown.
 */
export function formatAttempt(card: Card, screen: Screen, rows = Number.POSITIVE_INFINITY): string[] {
  const hints = formatHints(card, screen);
  const all = [...formatCalls(card, screen), ...formatFacts(card, screen), ...hints];
  const briefly = (most: number) => [...formatCalls(card, screen, most), ...formatBriefly(card, screen), ...hints];
  return [all, briefly(MOST_CALLS), briefly(4)].find(({ length }) => length <= rows) ?? briefly(1);
}

/** What is to be read when it is solved. */
export function formatExplanation({ text }: Card, screen: Screen): string[] {
  const solved = `${screen.paint.green.bold(screen.symbols.held)} ${screen.paint.bold(screen.words.exercise.solvedNow)}`;
  return ['', ` ${solved}`, '', ...prose(text.explanation, screen)];
}

function formatCalls({ events }: Card, screen: Screen, most = MOST_CALLS): string[] {
  const { paint, words, symbols } = screen;
  const printed = events.flatMap((event) => (event.type === 'output' ? event.text.trimEnd().split('\n') : []));
  const calls = events.filter((event) => event.type === 'syscall').filter(isOfList);
  const before = calls.length - most;
  const more = before > 0 ? [paint.dim(`   ${symbols.more} ${words.exercise.before(before)}`)] : [];
  const given = events.find((event) => event.type === 'exercise');
  const rows = calls.slice(-most).flatMap((call) => formatCall(named(call, given), screen));
  const all = [...printed.map((line) => `   ${paint.dim(visibleLine(line))}`), ...more, ...rows];
  return all.length > 0 ? ['', ...all] : [];
}

/** Made by the process that makes the list, or the call that makes that. */
function isOfList({ housekeeping, by, name }: SyscallMade): boolean {
  return !housekeeping && (by === 'child' || name === 'clone');
}

function formatCall(call: SyscallMade, screen: Screen): string[] {
  const hasFailed = isRefusal(call);
  const text = visibleLine(`${call.text}${resultOf(call, screen)}`);
  const lines = wrap([{ text, ...(hasFailed && { paint: screen.paint.red }) }], screen.width - 4, 2);
  return marked(hasFailed ? verdictMark(false, screen) : ' ', lines);
}

/** What the student's list has by a name is told by that name: `chdir(root)`. */
function named(call: SyscallMade, begun: ExerciseBegun | undefined): SyscallMade {
  const names = Object.entries(begun?.given ?? {}).filter(([, value]) => value.startsWith('/'));
  const shorter = (text: string, [name, value]: readonly [string, string]) =>
    text.replaceAll(`"${value}"`, name).replaceAll(`"${value}/`, `"\${${name}}/`);
  return { ...call, text: names.reduce(shorter, call.text) };
}

function isRefusal({ errno, expected }: SyscallMade): boolean {
  return errno !== undefined && !expected;
}

function resultOf({ result, errno }: SyscallMade, { symbols }: Screen): string {
  if (result === undefined) return ` ${symbols.away}`;
  return errno === undefined ? ` = ${result}` : ` = ${errno}`;
}

/** A line for each fact; of the first that does not hold what is there instead, and what helps. */
export function formatFacts(card: Card, screen: Screen): string[] {
  const facts = card.events.filter((event) => event.type === 'fact');
  return ['', ...facts.flatMap((fact) => formatFact(fact, card, screen))];
}

function formatBriefly(card: Card, screen: Screen): string[] {
  const facts = card.events.filter((event) => event.type === 'fact');
  const broken = facts.findIndex(({ held }) => !held);
  const [held, open] = broken < 0 ? [facts.length, 0] : [broken, facts.length - broken - 1];
  const { exercise } = screen.words;
  const line = (mark: string, text: string) => marked(mark, inset(text, screen));
  return [
    '',
    ...(held > 0 ? line(verdictMark(true, screen), exercise.factsHold(held)) : []),
    ...facts.slice(broken, broken + 1).flatMap((fact) => (broken < 0 ? [] : formatFact(fact, card, screen))),
    ...(open > 0
      ? line(screen.symbols.expected, exercise.factsToCome(open)).map((text) => screen.paint.dim(text))
      : []),
  ];
}

function formatFact(fact: FactSeen, card: Card, screen: Screen): string[] {
  const { paint, symbols, words } = screen;
  const isList = fact.fact === CALLS;
  const said = isList ? { ...words.exercise.calls, hint: '' } : textOf(card, fact.fact);
  if (fact.held) return marked(verdictMark(true, screen), inset(said.held, screen));
  if (fact.at === null) return marked(symbols.expected, inset(said.held, screen)).map((line) => paint.dim(line));
  const [at, says] = [fact.at, fact.says ?? ''].map((text) => messageIn(card.language, text));
  const found = isList ? says : `${at}: ${says}`;
  const details = plain(visibleLine(found ?? ''), screen).map((line) => paint.dim(line));
  const lines = [...inset(said.broken, screen), ...details, ...inset(said.hint, screen)];
  return marked(verdictMark(false, screen), lines);
}

/** Lines with three columns on their left, where the first line has the mark. */
function marked(mark: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => ` ${i === 0 ? mark : ' '} ${line}`);
}

function textOf({ text, id }: Card, fact: string): FactText {
  const found = text.facts.get(fact);
  if (!found) throw new Error(`exercises/${id} has no text for its fact ${fact}`);
  return found;
}

function inset(markdown: string, screen: Screen): string[] {
  if (markdown === '') return [];
  return paragraph(markdown, { ...screen, width: screen.width - 3 }).map((line) => line.trimStart());
}

function plain(text: string, { width }: Screen): string[] {
  return wrap([{ text }], Math.min(width, 100) - 4);
}

function formatHints({ text, hints }: Card, screen: Screen): string[] {
  return text.hints.slice(0, hints).flatMap((_, i) => formatHint(text, i + 1, screen));
}

/** One of the static hints, from 1. */
export function formatHint({ hints }: ExerciseText, number: number, screen: Screen): string[] {
  const head = screen.words.exercise.hint(number, hints.length);
  return ['', ` ${screen.paint.bold(head)}`, ...prose(hints[number - 1] ?? '', screen)];
}

function prose(markdown: string, screen: Screen): string[] {
  return paragraphs(markdown).flatMap((one, i) => [...(i > 0 ? [''] : []), ...paragraph(one, screen)]);
}
