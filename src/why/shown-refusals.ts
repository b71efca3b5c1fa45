import { constants } from 'node:os';
import type { Syscall } from '../kernel/syscall.js';
import { parseNspid } from '../procfs/namespaces.js';
import { readProc } from '../procfs/proc.js';
import { parseFields } from '../procfs/status.js';
import { type DescribedCall, describeCall } from './arguments.js';
import { type Asked, type AskingList, askingList } from './asking.js';
import { Listener, type Question } from './listener.js';

/** A call that the filter of a container refused just now. */
export interface ShownRefusal extends DescribedCall {
  /** The name of the program. */
  readonly program: string;
  /** Its pid in the container. */
  readonly pid: number;
  /** Positive. */
  readonly errno: number;
}

/** Tells of calls at the moment that a container's filter refuses them, and refuses them with the same errno. */
export class ShownRefusals implements Asked, Disposable {
  readonly #listener = new Listener((question) => this.#refuse(question));
  readonly #show: (refusal: ShownRefusal) => void;
  #list: AskingList | undefined;
  #isFiltered = true;

  constructor(show: (refusal: ShownRefusal) => void) {
    this.#show = show;
  }

  /** False where the container has no filter, and nothing can be shown. */
  get isFiltered(): boolean {
    return this.#isFiltered;
  }

  prepare(calls: readonly Syscall[]): readonly Syscall[] | undefined {
    this.#list = askingList(calls);
    this.#isFiltered = this.#list !== undefined;
    return this.#list?.calls;
  }

  follow(): void {}

  begin(listener: number): void {
    this.#listener.begin(listener);
  }

  answer(): void {
    this.#listener.answer();
  }

  ended(): void {}

  /** Nothing else asks; should it, the answer is no. */
  #refuse({ tid, call }: Question): number {
    const verdict = this.#list?.verdict(call);
    const errno = typeof verdict === 'number' ? verdict : EPERM;
    this.#show({ ...describeCall(tid, call), ...whoIs(tid), errno });
    return errno;
  }

  [Symbol.dispose](): void {
    this.#listener[Symbol.dispose]();
  }
}

const { EPERM } = constants.errno;

/** A thread that waits for an answer, and so is there unless it has been killed meanwhile. */
function whoIs(tid: number): Pick<ShownRefusal, 'program' | 'pid'> {
  const status = readProc(tid, 'status') ?? '';
  return { program: parseFields(status).get('Name') ?? '?', pid: parseNspid(status).at(-1) ?? tid };
}
