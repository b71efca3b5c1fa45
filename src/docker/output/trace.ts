import type { SyscallMade } from '../../lab/events.js';
import { resultOf } from '../../view/run/sentences.js';
import { visibleLine } from '../../view/text/visible.js';

const BY_WIDTH = 7;

/** Calls as they were made, a line each: the process, the call, and its result. Housekeeping is only counted. */
export function renderTrace(calls: readonly SyscallMade[]): string {
  return group(calls).map(renderGroup).join('');
}

/** Consecutive housekeeping of one process as one group, and every other call by itself. */
function group(calls: readonly SyscallMade[]): SyscallMade[][] {
  const groups: SyscallMade[][] = [];
  for (const call of calls) {
    const last = groups.at(-1);
    const joins = last?.[0]?.by === call.by && isTidying(last[0]) && isTidying(call);
    if (joins) last.push(call);
    else groups.push([call]);
  }
  return groups;
}

function isTidying({ housekeeping, errno }: SyscallMade): boolean {
  return housekeeping === true && errno === undefined;
}

function renderGroup(calls: readonly SyscallMade[]): string {
  const first = calls[0] as SyscallMade;
  const by = first.by.padEnd(BY_WIDTH);
  if (!isTidying(first)) return `${by}${visibleLine(`${first.text} ${resultOf(first)}`.trimEnd())}\n`;
  const names = [...new Set(calls.map(({ name }) => name))].join(', ');
  return `${by}… ${calls.length} ${calls.length === 1 ? 'call' : 'calls'} of housekeeping: ${names}\n`;
}
