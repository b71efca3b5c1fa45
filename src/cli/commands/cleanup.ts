import type { Change, Snapshot, Subject } from '../../procfs/snapshot.js';
import { type CleanupReport, cleanup } from '../../state/ledger/cleanup.js';
import type { Swept } from '../../state/ledger/sweep.js';
import { print } from '../../terminal/output.js';
import { visibleJson, visibleLine } from '../../view/text/visible.js';
import type { Define, GlobalOptions } from '../command.js';
import { knowLeftovers } from '../leftovers.js';

/** `tslab cleanup` */
export const define: Define = (command, choose) =>
  command.action(() => choose(() => cleanUp(command.optsWithGlobals<GlobalOptions>())));

/** 1 where something could not be removed. */
async function cleanUp({ json }: GlobalOptions): Promise<number> {
  knowLeftovers();
  const report = await cleanup();
  print(json ? `${visibleJson(toJson(report))}\n` : renderCleanup(report));
  return isClean(report) ? 0 : 1;
}

function isClean({ swept, found, prepared }: CleanupReport): boolean {
  return [...swept, ...found, ...prepared].every(({ problem }) => problem === undefined);
}

/** What is counted as the proof; namespaces and the host name are tslab's own, which cannot change here. */
const COUNTED: Partial<Record<Subject, string>> = {
  mount: 'mounts of this machine',
  cgroup: 'control groups of tslab',
  link: 'network links',
  process: 'processes',
};

/** What `tslab cleanup` did, what is still there and why, and the proof. */
export function renderCleanup(report: CleanupReport): string {
  const left = [...report.swept, ...report.found];
  const all = [...left, ...report.prepared];
  const blocks = [
    renderLeftovers(left),
    renderPrepared(report.prepared),
    renderCounts(report),
    renderChanges(report.changes),
    [verdict(report, all)],
  ];
  const lines = blocks.filter((block) => block.length > 0).map((block) => block.join('\n'));
  return `${lines.join('\n\n')}\n`;
}

function renderLeftovers(left: readonly Swept[]): string[] {
  if (left.length === 0) return ['No run that is over has left anything.'];
  return ['Left behind by runs that are over:', ...left.flatMap(renderLeftover)];
}

function renderPrepared(prepared: readonly Swept[]): string[] {
  if (prepared.length === 0) return [];
  return ['Made by tslab doctor --prepare:', ...prepared.flatMap(renderLeftover)];
}

function renderLeftover({ kind, name, problem }: Swept): string[] {
  if (problem === undefined) return [`  removed      ${kind} ${visibleLine(name)}`];
  return [`  still there  ${kind} ${visibleLine(name)}`, `               ${visibleLine(problem)}`];
}

function renderCounts({ before, after }: CleanupReport): string[] {
  const rows = Object.entries(COUNTED).map(([subject, words]) => [words, before, after, subject as Subject] as const);
  return [
    `${' '.repeat(25)}  before     now`,
    ...rows.map(([words, was, is, subject]) => words.padEnd(25) + count(was, subject) + count(is, subject)),
  ];
}

function count(snapshot: Snapshot, subject: Subject): string {
  return String(snapshot[subject].size).padStart(8);
}

/** Processes come and go on any machine; the other changes are the cleanup's. */
function renderChanges(changes: readonly Change[]): string[] {
  const lines = changes
    .filter(({ what }) => what !== 'process')
    .map(({ what, kind, name }) => `  ${what} ${visibleLine(name)} ${kind}`);
  return lines.length === 0 ? [] : ['What changed:', ...lines];
}

function verdict({ after, prepared }: CleanupReport, left: readonly Swept[]): string {
  if (prepared.some(({ problem }) => problem !== undefined))
    return 'What was prepared is in use: end that, and call tslab cleanup again.';
  const stuck = left.filter(({ problem }) => problem !== undefined).length;
  if (stuck > 0) return `${stuck} of ${left.length} could not be removed; the next start tries again.`;
  if (after.cgroup.size > 0) return 'What is there now is in use by a tslab that is running, or by a container.';
  return 'Nothing of tslab is left.';
}

/** The same as data; snapshots as numbers of objects. */
export function toJson({ swept, found, prepared, before, after, changes }: CleanupReport) {
  return { type: 'cleanup', swept, found, prepared, before: sizes(before), after: sizes(after), changes };
}

function sizes(snapshot: Snapshot): Record<string, number> {
  return Object.fromEntries(Object.entries(snapshot).map(([subject, objects]) => [subject, objects.size]));
}
