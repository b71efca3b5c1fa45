import { expect } from 'vitest';
import type { Check, LabEvent } from '../../../src/lab/events.js';
import { experimentPages } from '../../../src/view/experiment/index.js';
import { comparable } from '../../../src/view/experiment/pairs.js';
import { type Comparison, compareRuns } from '../../../src/view/experiment/runs.js';
import { storyOf } from '../../../src/view/experiment/story.js';
import { screenOf } from '../../../src/view/terminal/screen.js';

const SCREEN = screenOf({ columns: 80, color: 0, unicode: true, write: async () => true });

/** Steps of which a hash, a comparison or a member of an archive is left out: nothing that the kernel is asked for. */
const WITHOUT_A_CALL = ['layers', 'digest', 'chain-id', 'whiteout', 'build', 'registry'].map(
  (step) => `11-images ${step}`,
);

/** The events of a lab, and those of a run of it without a step. */
export interface Experiment {
  readonly lab: string;
  readonly step: string;
  readonly told: readonly LabEvent[];
  readonly without: readonly LabEvent[];
}

/** Fails where `--skip` would not show, side by side, the call that makes the difference, and the checks of both runs. */
export async function expectExperiment({ lab, step, told, without }: Experiment): Promise<void> {
  const comparison = await compareRuns(told, without);
  if (WITHOUT_A_CALL.includes(`${lab} ${step}`)) expect(missingCalls(comparison, step)).toEqual([]);
  else {
    expectCallIsMissing(comparison, step, await callsOf(told), await callsOf(without));
    expectColumns(comparison, step);
  }
  const checks = without.filter((event) => event.type === 'check');
  expect(brokenIn(comparison)).toEqual(checks.filter(({ held }) => !held).map(inWords));
}

/** All calls of a run but those that only tidy up, as often as they are made. */
async function callsOf(events: readonly LabEvent[]): Promise<string[]> {
  const { parts } = await storyOf(events);
  return parts.flatMap(({ calls }) => calls.map(({ text }) => keyOf(text)));
}

function keyOf(text: string): string {
  return comparable(text).replace(/-?\d+/g, '#');
}

function expectCallIsMissing(
  comparison: Comparison,
  step: string,
  made: readonly string[],
  other: readonly string[],
): void {
  const missing = missingCalls(comparison, step);
  expect(missing).not.toEqual([]);
  for (const call of missing) {
    const count = (calls: readonly string[]) => calls.filter((one) => one === call).length;
    expect(count(made), call).toBeGreaterThan(count(other));
  }
}

function missingCalls(comparison: Comparison, step: string): string[] {
  const calls = comparison.steps.find((one) => one.step.id === step)?.calls ?? [];
  return calls.flatMap((pair) => (pair.with && !pair.without ? [keyOf(pair.with.text)] : []));
}

/** Each step that differs has something in both columns; that of the call has it struck through, by a mark here. */
function expectColumns(comparison: Comparison, step: string): void {
  const pages = experimentPages(comparison, { skipped: [step], sentences: ['What the lesson says'] }, SCREEN);
  const page = pages.find(([rule]) => rule?.endsWith(` ${step} ━━`)) ?? [];
  const rows = page.filter((line) => line.includes(' │ ')).map((line) => line.split(' │ '));
  expect(rows[0]?.map((cell) => cell.trim())).toEqual(['with', 'without']);
  expect(rows.some(([left, right]) => right?.startsWith('⊘ ') && left?.trim() === right.slice(2).trim())).toBe(true);
  expect(page.some((line) => /^ {2}✓ .* │ ✗ /.test(line))).toBe(true);
  expect(pages.at(-1)?.at(-1)).toContain('What the lesson says');
}

/** The checks that do not hold in the run without: those that differ are shown, and so are all others. */
function brokenIn({ steps }: Comparison): string[] {
  const checks = steps.flatMap((step) => step.checks);
  return checks.flatMap(({ without }) => (without && !without.held ? [inWords(without)] : []));
}

function inWords({ step, name }: Check): string {
  return `${step}: ${name}`;
}
