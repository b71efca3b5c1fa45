/** An event of the kernel's tracer, of one thread. */
export type TraceEvent =
  | { readonly kind: 'enter'; readonly tid: number; readonly number: number; readonly args: readonly bigint[] }
  | { readonly kind: 'exit'; readonly tid: number; readonly number: number; readonly result: bigint }
  /** Whether a capability is there was asked within a call; `isHeld` is the answer. */
  | { readonly kind: 'capability'; readonly tid: number; readonly capability: number; readonly isHeld: boolean }
  /** The buffer was full: of each thread events may be missing here. */
  | { readonly kind: 'lost'; readonly count: number };

/** `            node-4711    [001] .....  1234.567890: sys_exit: NR 41 = -1`; a name has at most 15 bytes, any of them. */
const LINE = /^.{0,16}?-(\d+) +\[\d+\] \S+ +[\d.]+: (sys_enter|sys_exit|cap_capable): (.*)$/;
const LOST = /^CPU:\d+ \[LOST (\d+) EVENTS\]$/;

/** Reads the text of trace_pipe; what is no event of ours is left out. */
export function parseTrace(text: string): TraceEvent[] {
  return text.split('\n').flatMap((line) => {
    const [, tid, event, rest = ''] = LINE.exec(line) ?? [];
    if (event) return parseEvent(Number(tid), event, rest);
    const lost = LOST.exec(line)?.[1];
    return lost ? [{ kind: 'lost', count: Number(lost) }] : [];
  });
}

function parseEvent(tid: number, event: string, rest: string): TraceEvent[] {
  if (event === 'sys_enter') return parseEnter(tid, rest);
  return event === 'sys_exit' ? parseExit(tid, rest) : parseCapability(tid, rest);
}

/** `NR 41 (2, 3, ff, 0, 0, 0)`: in hexadecimal digits. */
function parseEnter(tid: number, text: string): TraceEvent[] {
  const [, number, args = ''] = /^NR (-?\d+) \((.*)\)$/.exec(text) ?? [];
  if (number === undefined) return [];
  return [{ kind: 'enter', tid, number: Number(number), args: args.split(', ').map((word) => BigInt(`0x${word}`)) }];
}

/** `NR 41 = -1` */
function parseExit(tid: number, text: string): TraceEvent[] {
  const [, number, result] = /^NR (-?\d+) = (-?\d+)$/.exec(text) ?? [];
  return result === undefined ? [] : [{ kind: 'exit', tid, number: Number(number), result: BigInt(result) }];
}

/** `cred 0…, target_ns 0…, capable_ns 0…, cap 21, ret -1` (include/trace/events/capability.h, Linux 6.14) */
function parseCapability(tid: number, text: string): TraceEvent[] {
  const [, capability, result] = /, cap (\d+), ret (-?\d+)$/.exec(text) ?? [];
  if (result === undefined) return [];
  return [{ kind: 'capability', tid, capability: Number(capability), isHeld: result === '0' }];
}
