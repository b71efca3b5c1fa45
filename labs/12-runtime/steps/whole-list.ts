import { CLONE_FLAGS, flagNames } from '../../../src/kernel/constants.js';
import { renderCall, renderResult } from '../../../src/kernel/render.js';
import type { CallRecord } from '../../../src/kernel/syscall.js';
import { observed } from '../../../src/lab/observation.js';
import { containerPieces, namespacesOf, type Piece } from '../calls/container.js';
import { namespacesFor, type Plan } from './parts.js';
import { type Bench, type Container, startContainer } from './setup.js';

/** All calls of the finished container with the lab that each came from, and the same of the runtime. */
export async function wholeList(bench: Bench): Promise<void> {
  const { lab, plan, parts } = bench;
  await lab.step('list');
  const container = await startContainer(bench);
  await tellList(bench, container);
  await lab.check('namespaces', flagText(namespacesOf(plan.config)), flagText(namespacesFor(parts)));
  const different = differences(container.pieces, plan).join(', ') || 'none';
  await lab.check('pieces that differ from those of tslab run', 'none', different);
  await lab.kill(container.child);
}

async function tellList({ lab }: Bench, { child, pieces, byTslab }: Container): Promise<void> {
  const trace = child.trace();
  await lab.observe('during', observed('host', 'tslab itself, labs 01 to 03', byTslab.join('\n')));
  for (const piece of pieces) await lab.observe('during', observed('container', title(piece), asMade(piece, trace)));
  await lab.observe('during', observed('host', 'calls of the container from each lab', countByLab(pieces)));
}

function title({ lab, step }: Piece): string {
  return `lab ${lab}: ${step}`;
}

/** The calls of a piece, each with what the kernel returned. */
function asMade({ calls }: Piece, trace: readonly CallRecord[]): string {
  const made = trace.filter(({ call }) => calls.includes(call));
  return made.map(({ text, result }) => `${text} ${renderResult(result)}`.trimEnd()).join('\n');
}

function countByLab(pieces: readonly Piece[]): string {
  const counts = new Map<string, number>();
  for (const { lab, calls } of pieces) counts.set(lab, (counts.get(lab) ?? 0) + calls.length);
  const lines = [...counts].sort().map(([lab, count]) => `${lab.padEnd(18)}${count}`);
  return lines.join('\n');
}

// #region differences
/** What `tslab run` would do for the same container, beside what the lab did: pieces that differ in a call, or the order. */
function differences(pieces: readonly Piece[], { config, at }: Plan): string[] {
  const [ours, theirs] = [textByStep(pieces), textByStep(containerPieces(config, at))];
  const steps = [...new Set([...theirs.keys(), ...ours.keys()])];
  const different = steps.filter((step) => ours.get(step) !== theirs.get(step));
  return different.length === 0 && [...ours.keys()].join() !== steps.join() ? ['their order'] : different;
}
// #endregion

function textByStep(pieces: readonly Piece[]): Map<string, string> {
  const text = ({ lab, calls }: Piece) => [lab, ...calls.map((call) => renderCall(call))].join('\n');
  return new Map(pieces.map((piece) => [piece.step, text(piece)]));
}

function flagText(flags: number): string {
  return flagNames(CLONE_FLAGS, flags);
}
