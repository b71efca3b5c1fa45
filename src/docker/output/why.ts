import { errnoName } from '../../kernel/errors/errno.js';
import { said } from '../../terminal/said.js';
import { visibleLine } from '../../view/text/visible.js';
import { type Ablation, LAYERS } from '../../why/ablation.js';
import type { Verdict } from '../../why/finding.js';
import type { Findings } from '../../why/inquiry.js';
import type { ShownRefusal } from '../../why/shown-refusals.js';

/** How a program ended that was looked into. */
export interface Inquired extends Findings {
  /** Its exit status. */
  readonly exitCode: number;
}

/** What `tslab why` found: first the verdict on what was refused last, in a line; then why, what would let it through, and the rest. */
export function renderWhy({ verdicts, lost, exitCode }: Inquired): string {
  const last = verdicts.at(-1);
  const others = distinct(verdicts.slice(0, -1)).filter((one) => !last || !isSame(one, last));
  const lines = [
    ...(last ? renderVerdict(last) : [said(`nothing was refused: the program ended with ${exitCode}`)]),
    ...(last && exitCode === 0 ? ['', said('The program went on without that, and ended with 0.')] : []),
    ...(others.length > 0 ? ['', said('before that:'), ...others.map((one) => `  ${sentence(one)}`)] : []),
    ...(lost > 0 ? ['', said(`${lost} events of the kernel’s tracer are missing: there may be more`)] : []),
  ];
  return `${lines.map(visibleLine).join('\n')}\n`;
}

function renderVerdict(verdict: Verdict): string[] {
  const { reasons, remedies } = verdict;
  return [
    sentence(verdict),
    ...reasons.map((reason) => `  ${said(reason)}`),
    ...(remedies.length > 0
      ? ['', said('what would let it through:'), ...remedies.map((one) => `  ${said(one)}`)]
      : []),
  ];
}

function sentence({ call, errno, by }: Verdict): string {
  if (errno === '') return `${call}: ${said(by)}`;
  return `${call} = ${errno}: ${said(`refused by ${by}`)}`;
}

function distinct(verdicts: readonly Verdict[]): Verdict[] {
  return verdicts.filter((one, i) => verdicts.findIndex((other) => isSame(one, other)) === i);
}

function isSame(a: Verdict, b: Verdict): boolean {
  return a.call === b.call && a.by === b.by;
}

/** What taking layers away has shown: in the first line which of them stood in the way, then the options that leave them out. */
export function renderAblation({ goesWell, without, runs }: Ablation): string {
  const lines = without.flatMap((layers) => [
    said(`it goes well without ${layers.join(' and ')}`),
    ...layers.map((layer) => `  ${said(LAYERS[layer] ?? layer)}`),
  ]);
  const none = said(`no layer stands in its way, nor do two together, in ${runs} runs: it fails by itself`);
  if (goesWell) return `${said('nothing stands in its way: the program ended with 0')}\n`;
  return `${(lines.length > 0 ? lines : [none]).join('\n')}\n`;
}

/** A line for `run --show-refused`: who, which call, and what it is told. */
export function renderRefused({ program, pid, text, errno }: ShownRefusal): string {
  return visibleLine(`${program} (${pid}): ${text} = ${errnoName(errno)}: ${said('refused by seccomp')}`);
}
