import type { SyscallMade } from './events.js';

/** Calls that return a descriptor, and which of their arguments says of what. */
const OPENERS: Readonly<Record<string, number>> = { openat: 1, openat2: 1, open_tree: 1, pidfd_open: 0 };

/**
 * What a descriptor stands for in the last of these calls of a step: the path as it was opened, or `pid:4711` for a pidfd. A child has
 * what it opened itself and what tslab had open before. Undefined where none of these calls opened it.
 */
export function pathBehind(descriptor: number, calls: readonly SyscallMade[]): string | undefined {
  const ofTslab = calls.findLastIndex(({ by }) => by === 'tslab');
  const lineage = calls.slice(0, -1).filter(({ by }, place) => by === 'tslab' || place > ofTslab);
  const last = lineage.findLast((call) => opens(descriptor, call) || closes(descriptor, call));
  const target = last?.args[OPENERS[last.name] ?? -1];
  if (target === undefined || target === null) return undefined;
  return last?.name === 'pidfd_open' ? `pid:${target}` : String(target);
}

function opens(descriptor: number, { name, result }: SyscallMade): boolean {
  return result === descriptor && name in OPENERS;
}

function closes(descriptor: number, { name, args }: SyscallMade): boolean {
  return name === 'close' && args[0] === descriptor;
}
