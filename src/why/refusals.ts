import { constants } from 'node:os';
import { CAPABILITIES } from '../kernel/credentials/capability-names.js';
import { ABIS_OF, thisMachine } from '../seccomp/abi.js';
import { nameOf, numbersOf } from '../seccomp/numbers.js';
import type { TraceEvent } from './events.js';

/** A call that was refused, as the tracer tells it. */
export interface Refusal {
  /** The thread. */
  readonly tid: number;
  readonly call: string;
  /** Unknown where a filter refused it: it was never entered. */
  readonly args: readonly bigint[] | undefined;
  /** Positive. */
  readonly errno: number;
  /** A filter refused it: the kernel tells of the end of a call that it never entered. */
  readonly isFiltered: boolean;
  /** Landlock has rules for somebody in the container by then (landlock_restrict_self(2)). */
  readonly isRestricted: boolean;
  /** Capabilities that were asked for within the call and that were missing. */
  readonly lacks: readonly string[];
  /** Capabilities that were asked for, and were there. */
  readonly has: readonly string[];
}

const { EPERM, EACCES, EROFS, EAGAIN, EINVAL } = constants.errno;
const SAYS_NO: ReadonlySet<number> = new Set([EPERM, EACCES, EROFS]);
/** From here on the kernel means itself: the call was interrupted, and is made again (include/linux/errno.h). */
const ERESTARTSYS = 512;

interface Entered {
  readonly number: number;
  readonly args: readonly bigint[];
  readonly lacks: Set<number>;
  readonly has: Set<number>;
}

/** Finds what was refused in events, of a container from its program's start on. */
export class Refusals {
  /** What a thread is in. Undefined between two calls; absent where that is not known. */
  readonly #threads = new Map<number, Entered | undefined>();
  readonly #found: Refusal[] = [];
  #hasBegun: boolean;
  #isRestricted = false;
  #lost = 0;

  /** `fromStart`: what comes before the first execve is looked at, too. */
  constructor(fromStart = false) {
    this.#hasBegun = fromStart;
  }

  get all(): readonly Refusal[] {
    return this.#found;
  }

  /** Events that the buffer had no room for. */
  get lost(): number {
    return this.#lost;
  }

  add(events: readonly TraceEvent[]): void {
    for (const event of events) this.#add(event);
  }

  #add(event: TraceEvent): void {
    if (event.kind === 'lost') this.#forget(event.count);
    else if (event.kind === 'enter') this.#enter(event);
    else if (event.kind === 'exit') this.#exit(event);
    else this.#threads.get(event.tid)?.[event.isHeld ? 'has' : 'lacks'].add(event.capability);
  }

  #forget(count: number): void {
    this.#lost += count;
    this.#threads.clear();
  }

  #enter({ tid, number, args }: Extract<TraceEvent, { kind: 'enter' }>): void {
    this.#threads.set(tid, { number, args, lacks: new Set(), has: new Set() });
  }

  #exit({ tid, number, result }: Extract<TraceEvent, { kind: 'exit' }>): void {
    const isKnown = this.#threads.has(tid);
    const entered = this.#threads.get(tid);
    this.#threads.set(tid, undefined);
    const errno = Number(-result);
    const saysNo = entered ? refuses(number, errno) : errno > 0 && errno < ERESTARTSYS;
    // rt_sigreturn(2) ends as the call -1, with the result of another.
    if (this.#hasBegun && isKnown && saysNo && number >= 0)
      this.#found.push({ ...refusal(tid, number, errno, entered), isRestricted: this.#isRestricted });
    // The calls before belong to the list that makes the container.
    if (number === EXECVE && result === 0n) this.#hasBegun = true;
    if (number === RESTRICT_SELF && result === 0n) this.#isRestricted = true;
  }
}

const [ABI] = ABIS_OF[thisMachine()];
const EXECVE = numbersOf(ABI).get('execve');
const RESTRICT_SELF = numbersOf(ABI).get('landlock_restrict_self');

const MAKES_PROCESSES = numbersNamed('clone', 'clone3', 'fork', 'vfork');
const UNMOUNTS = numbersNamed('umount2');

function numbersNamed(...names: readonly string[]): ReadonlySet<number> {
  return new Set(names.flatMap((name) => numbersOf(ABI).get(name) ?? []));
}

/** Most calls say so by three errnos; where processes may not be more, and where a mount is locked, it is another. */
function refuses(number: number, errno: number): boolean {
  if (errno === EAGAIN) return MAKES_PROCESSES.has(number);
  return SAYS_NO.has(errno) || (errno === EINVAL && UNMOUNTS.has(number));
}

function refusal(
  tid: number,
  number: number,
  errno: number,
  entered: Entered | undefined,
): Omit<Refusal, 'isRestricted'> {
  const names = (numbers: Iterable<number> = []) => [...numbers].map((one) => CAPABILITIES[one] ?? `capability ${one}`);
  const call = nameOf(number, ABI) ?? `call ${number}`;
  const { args, lacks, has } = entered ?? {};
  return { tid, call, args, errno, isFiltered: entered === undefined, lacks: names(lacks), has: names(has) };
}
