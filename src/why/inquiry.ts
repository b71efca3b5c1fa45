import { constants } from 'node:os';
import type { Syscall } from '../kernel/syscall.js';
import { readProc } from '../procfs/proc.js';
import { parseFields } from '../procfs/status.js';
import { ABIS, ABIS_OF, thisMachine } from '../seccomp/abi.js';
import { numbersOf } from '../seccomp/numbers.js';
import { type DescribedCall, describeCall, TELLING } from './arguments.js';
import { type Asked, type AskedEnd, type AskingList, askingList } from './asking.js';
import { judgeEnd } from './end-verdicts.js';
import type { RefusedCall, Verdict } from './finding.js';
import { type Answer, Listener, type Question } from './listener.js';
import { changesMachine, MACHINE_CALLS } from './machine-calls.js';
import { OpenPlace } from './place.js';
import type { Refusal } from './refusals.js';
import { judge, keptFromMachine, killedByFilter } from './verdicts.js';
import { RefusalWatch } from './watch.js';

/** A call that asked, with what its filter says of it. */
interface Told extends DescribedCall {
  readonly errno: number | undefined;
  /** Nobody refused it but this. */
  readonly isKept?: boolean;
}

type Described = RefusedCall & Pick<Told, 'isKept'>;

const { EPERM, EINVAL } = constants.errno;

/** Of the calls that were refused, in order, who refused them. */
export interface Findings {
  readonly verdicts: readonly Verdict[];
  /** So many events of the tracer are missing. */
  readonly lost: number;
}

/** Programs try these to find out what there is, and go on without. */
const PROBING = /xattr|^(f?access|faccessat2?|prctl|sched_setaffinity|ioctl|adjtimex)$/;

const [ABI] = ABIS_OF[thisMachine()];

/**
 * Finds out what refuses calls of a program: the tracer tells which, and within which call a capability was asked for; a filter that asks tells of
 * paths while they can be read, and refuses what the container's own filter refuses.
 */
export class Inquiry implements Asked, Disposable {
  readonly #watch = new RefusalWatch();
  readonly #listener = new Listener((question) => this.#decide(question));
  /** What has asked, by thread, in order. */
  readonly #told = new Map<number, Told[]>();
  #list: AskingList | undefined;
  #place: OpenPlace | undefined;
  /** Calls for which the container's own filter has killed. */
  readonly #killed: Verdict[] = [];
  #found: Findings = { verdicts: [], lost: 0 };

  /** Whether the kernel tells which capability was missing: Linux 6.14 does. */
  get tellsCapabilities(): boolean {
    return this.#watch.tellsCapabilities;
  }

  /** The calls of a container, with the filter that asks. */
  prepare(calls: readonly Syscall[]): readonly Syscall[] | undefined {
    this.#list = askingList(calls, [...TELLING, ...MACHINE_CALLS]);
    return this.#list?.calls;
  }

  /** The process waits at its gate. */
  follow(pid: number): void {
    this.#watch.follow(pid);
  }

  begin(listener: number): void {
    this.#listener.begin(listener);
  }

  answer(): void {
    this.#listener.answer();
  }

  ended(end: AskedEnd): void {
    const { refusals, lost } = this.#watch.end();
    const place = this.#place;
    const meant = refusals.map((refusal) => this.#describe(refusal)).filter((refusal) => isMeant(refusal, place));
    const judged = (refusal: Described) => place && (refusal.isKept ? keptFromMachine(refusal) : judge(refusal, place));
    const verdicts = meant.flatMap((refusal) => judged(refusal) ?? []);
    this.#found = { verdicts: [...verdicts, ...this.#killed, ...judgeEnd(end, this.#killed)], lost };
  }

  /** What was found when it had ended. */
  get findings(): Findings {
    return this.#found;
  }

  /** The first that asks is the execve of the container: all its mounts are there. */
  #decide({ tid, call }: Question): Answer {
    this.#place ??= new OpenPlace(tid);
    const described = describeCall(tid, call);
    const verdict = this.#list?.verdict(call);
    if (verdict === 'kill') return this.#kill(tid, described);
    const isKept = verdict === undefined && changesMachine(tid, described);
    const errno = isKept ? EPERM : verdict;
    const told = this.#told.get(tid) ?? [];
    this.#told.set(tid, told);
    told.push({ ...described, errno, isKept });
    return errno ?? 'go on';
  }

  /** As its filter would have done. */
  #kill(tid: number, call: DescribedCall): Answer {
    const pid = Number(parseFields(readProc(tid, 'status') ?? '').get('Tgid'));
    if (pid > 0) process.kill(pid, 'SIGKILL');
    this.#killed.push(killedByFilter(call));
    return EPERM;
  }

  /** Finds what the call said of itself; those of a thread that went well are left behind. */
  #describe(refusal: Refusal): Described {
    const told = this.#told.get(refusal.tid) ?? [];
    const isIt = ({ name, errno, args }: Told) =>
      name === refusal.call && (errno !== undefined) === refusal.isFiltered && sameArguments(refusal.args, args);
    const at = told.findIndex(isIt);
    const found = at < 0 ? undefined : told.splice(0, at + 1).at(-1);
    const { text, paths } = found ?? describeCall(0, callOf(refusal));
    return { ...refusal, text, paths, isKept: found?.isKept === true };
  }

  [Symbol.dispose](): void {
    this.#listener[Symbol.dispose]();
    this.#watch[Symbol.dispose]();
    this.#place?.[Symbol.dispose]();
  }
}

/** Not what only tries, nor umount2(2) of what is no mount at all (EINVAL). */
function isMeant({ call, errno, paths: [path = ''] }: RefusedCall, place: OpenPlace | undefined): boolean {
  if (PROBING.test(call)) return false;
  if (call !== 'umount2' || errno !== EINVAL) return true;
  const found = place?.look(path)?.path ?? path;
  return place?.mounts.some(({ mountPoint }) => mountPoint === found) === true;
}

function sameArguments(entered: readonly bigint[] | undefined, told: readonly bigint[]): boolean {
  return entered === undefined || entered.every((value, i) => value === told[i]);
}

function callOf({ call, args = [] }: Refusal) {
  return { arch: ABIS[ABI].audit, number: numbersOf(ABI).get(call) ?? -1, args };
}
