import { CLONE_FLAGS, CLONE_NEWUSER, flagNames } from '../../../src/kernel/constants.js';
import { renderResult } from '../../../src/kernel/render.js';
import type { CallRecord } from '../../../src/kernel/syscall.js';
import { observed } from '../../../src/lab/observation.js';
import { cloneFlags } from '../calls/namespaces.js';
import type { Piece } from '../calls/pieces.js';
import { flagsSpecList } from './flags-spec-list.js';
import { whoseClocks } from './look.js';
import { namespacesFor } from './parts.js';
import { type Container, type Setup, startContainer } from './setup.js';

/** All calls of the finished container with the lab that each came from. */
export async function wholeList(setup: Setup): Promise<void> {
  const { lab, plan, parts } = setup;
  await lab.step('list');
  const container = await startContainer(setup);
  await tellList(setup, container);
  await lab.check('its clocks', 'the host’s', whoseClocks(container.pid));
  await lab.check('namespaces', flagText(cloneFlags(plan.spec) & ~CLONE_NEWUSER), flagText(namespacesFor(parts)));
}

async function tellList({ lab, plan }: Setup, { child, pieces, byTslab }: Container): Promise<void> {
  const trace = child.trace();
  await lab.observe(
    'during',
    observed('host', 'the spec says what, the list says how', flagsSpecList(plan.spec, pieces)),
  );
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

function flagText(flags: number): string {
  return flagNames(CLONE_FLAGS, flags);
}
