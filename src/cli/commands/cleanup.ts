import type { Change, Snapshot, Subject } from '../../procfs/snapshot.js';
import { type CleanupReport, cleanup } from '../../state/ledger/cleanup.js';
import type { Swept } from '../../state/ledger/sweep.js';
import { chooseLanguage } from '../../terminal/language.js';
import { print } from '../../terminal/output.js';
import { visibleJson, visibleLine } from '../../view/text/visible.js';
import { displayWidth, padToWidth } from '../../view/text/width.js';
import { type Words, wordsIn } from '../../view/words/index.js';
import type { Define, GlobalOptions } from '../command.js';
import { knowLeftovers } from '../leftovers.js';

/** `tslab cleanup` */
export const define: Define = (command, choose) =>
  command.action(() => choose(() => cleanUp(command.optsWithGlobals<GlobalOptions>())));

/** 1 where something could not be removed. */
async function cleanUp({ json, lang }: GlobalOptions): Promise<number> {
  const words = wordsIn(chooseLanguage(lang, process.env));
  knowLeftovers();
  const report = await cleanup();
  print(json ? `${visibleJson(toJson(report))}\n` : renderCleanup(report, words));
  return isClean(report) ? 0 : 1;
}

function isClean({ swept, found, prepared }: CleanupReport): boolean {
  return [...swept, ...found, ...prepared].every(({ problem }) => problem === undefined);
}

/** What is counted as the proof; namespaces and the host name are tslab's own, which cannot change here. */
const COUNTED = ['mount', 'cgroup', 'link', 'process'] as const satisfies readonly Subject[];

/** What `tslab cleanup` did, what is still there and why, and the proof. */
export function renderCleanup(report: CleanupReport, words = wordsIn()): string {
  const left = [...report.swept, ...report.found];
  const all = [...left, ...report.prepared];
  const blocks = [
    renderLeftovers(left, words),
    renderPrepared(report.prepared, words),
    renderCounts(report, words),
    renderChanges(report.changes, words),
    [verdict(report, all, words)],
  ];
  const lines = blocks.filter((block) => block.length > 0).map((block) => block.join('\n'));
  return `${lines.join('\n\n')}\n`;
}

function renderLeftovers(left: readonly Swept[], words: Words): string[] {
  const { cleanup } = words.commands;
  if (left.length === 0) return [cleanup.nothingLeft];
  return [cleanup.left, ...left.flatMap((one) => renderLeftover(one, words))];
}

function renderPrepared(prepared: readonly Swept[], words: Words): string[] {
  if (prepared.length === 0) return [];
  return [words.commands.cleanup.prepared, ...prepared.flatMap((one) => renderLeftover(one, words))];
}

/** Columns of `still there`, and of the gap behind it. */
const OUTCOME = 13;

function renderLeftover({ kind, name, problem }: Swept, { commands: { cleanup }, said }: Words): string[] {
  const outcome = problem === undefined ? cleanup.removed : cleanup.stillThere;
  const first = `  ${padToWidth(outcome, OUTCOME)}${cleanup.kind(kind)} ${visibleLine(name)}`;
  return problem === undefined ? [first] : [first, `  ${' '.repeat(OUTCOME)}${visibleLine(said(problem))}`];
}

/** Columns of what is counted, and of each number. */
const [COUNTED_WIDTH, NUMBER_WIDTH] = [25, 8];

function renderCounts({ before, after }: CleanupReport, { commands: { cleanup } }: Words): string[] {
  const heads = [cleanup.before, cleanup.now].map(toTheRight);
  const rows = COUNTED.map((subject) => [
    padToWidth(cleanup.counted[subject], COUNTED_WIDTH),
    ...[before, after].map((snapshot) => toTheRight(String(snapshot[subject].size))),
  ]);
  return [[' '.repeat(COUNTED_WIDTH), ...heads], ...rows].map((cells) => cells.join(''));
}

function toTheRight(text: string): string {
  return ' '.repeat(NUMBER_WIDTH - displayWidth(text)) + text;
}

/** Processes come and go on any machine; the other changes are the cleanup's. */
function renderChanges(changes: readonly Change[], { commands: { cleanup } }: Words): string[] {
  const lines = changes
    .filter(({ what }) => what !== 'process')
    .map(({ what, kind, name }) => `  ${cleanup.change(what, visibleLine(name), kind)}`);
  return lines.length === 0 ? [] : [cleanup.changes, ...lines];
}

function verdict({ after, prepared }: CleanupReport, left: readonly Swept[], { commands: { cleanup } }: Words): string {
  if (prepared.some(({ problem }) => problem !== undefined)) return cleanup.preparedInUse;
  const stuck = left.filter(({ problem }) => problem !== undefined).length;
  if (stuck > 0) return cleanup.stuck(stuck, left.length);
  if (after.cgroup.size > 0) return cleanup.inUse;
  return cleanup.clean;
}

/** The same as data; snapshots as numbers of objects. */
export function toJson({ swept, found, prepared, before, after, changes }: CleanupReport) {
  return { type: 'cleanup', swept, found, prepared, before: sizes(before), after: sizes(after), changes };
}

function sizes(snapshot: Snapshot): Record<string, number> {
  return Object.fromEntries(Object.entries(snapshot).map(([subject, objects]) => [subject, objects.size]));
}
