/**
 * The end of a list, as a program of its own.
 *
 * Until its execve the child shares tslab's memory, and its /proc/self/exe is the node of the host. A file that executes it then, such
 * as an image's `#!/proc/self/exe`, runs the host's node inside, and may write to it when no other process runs it any more
 * (CVE-2019-5736). So the last call that the stub makes is the execveat(2) of a small program in a sealed file, which makes the execve.
 */
import { execveat, fcntl } from '../calls/index.js';
import { AT_EMPTY_PATH, F_SETFD, FD_CLOEXEC } from '../constants.js';
import { CODE_ADDRESS, elfProgram } from '../machine-code/elf.js';
import { programCode, UNREPORTED } from '../machine-code/program.js';
import { ENTRY_RESULT, ENTRY_SIZE } from '../machine-code/stub.js';
import { once } from '../once.js';
import { makeRecord } from '../recorder.js';
import { type CallRecord, housekeeping, type Syscall } from '../syscall.js';
import { encodeAt } from './encode.js';
import { programFile, seal, writeProgram } from './executable.js';
import { LEAVES_THE_LIST } from './list-run.js';

/** Bytes of the report of one call: the address of its entry, and the result. */
const REPORT_SIZE = 16;
const PIPE_SIZE = 8;
const CODE = programCode();
const TABLE = BigInt(CODE_ADDRESS + CODE.length + PIPE_SIZE);

export class SealedList {
  readonly #calls: readonly Syscall[];
  readonly #pipes: readonly [told: number, ...others: number[]];
  readonly #results = new Map<Syscall, bigint>();

  /** The program writes results into the first of the pipes. All are close-on-exec again before the first of the calls. */
  constructor(calls: readonly Syscall[], pipes: readonly [told: number, ...others: number[]]) {
    this.#calls = [...pipes.map(closeOnExec), ...calls];
    this.#pipes = pipes;
  }

  /** The calls that make the program and become it. */
  execute(): Syscall[] {
    const { file, write, rest } = known('tslab');
    return [file, write(this.#program()), ...this.#pipes.map(keepOpen), ...rest];
  }

  #program(): Buffer {
    const pipe = Buffer.alloc(PIPE_SIZE);
    pipe.writeUInt32LE(this.#pipes[0]);
    return elfProgram(Buffer.concat([CODE, pipe, this.#table()]), process.arch);
  }

  /** What succeeds behind a filter that refuses write(2) is not reported; nor is that the filter was loaded. */
  #table(): Buffer {
    const table = encodeAt(TABLE, this.#calls);
    const silent = this.#silent();
    for (let i = silent; i < this.#calls.length; i++) table.writeBigInt64LE(UNREPORTED, i * ENTRY_SIZE + ENTRY_RESULT);
    return table;
  }

  /** The first call that is not reported where it succeeds. */
  #silent(): number {
    const at = this.#calls.findIndex(({ silences }) => silences);
    return at === -1 ? this.#calls.length : at;
  }

  /** Takes the reports. Processes of the container may have written into the pipe too, so they may be anything. */
  hear(told: Buffer): void {
    for (let at = 0; at + REPORT_SIZE <= told.length; at += REPORT_SIZE) {
      const call = this.#calls[Number(told.readBigUInt64LE(at) - TABLE) / ENTRY_SIZE];
      const result = told.readBigInt64LE(at + 8);
      const known = call && this.#results.get(call);
      // clone() returns twice: 0 in the child.
      if (call && (known === undefined || known < result)) this.#results.set(call, result);
    }
  }

  /** The calls that were reached, in order. The last may have no result: it did not return. Nor have those that nothing could be reported of. */
  records(): CallRecord[] {
    return this.#reached().map((call) => this.#record(call));
  }

  /** The call at which the list stopped, or undefined where it became the program. */
  failure(): CallRecord | undefined {
    const last = this.#reached().at(-1) as Syscall;
    const became = LEAVES_THE_LIST.has(last.name) && !this.#results.has(last);
    return became ? undefined : this.#record(last);
  }

  /** Results of its clone(): the pid as the caller saw it. */
  clonedPids(): number[] {
    const pids = this.#calls.map((call) => (call.name === 'clone' ? Number(this.#results.get(call) ?? 0n) : 0));
    return pids.filter((pid) => pid > 0);
  }

  #record(call: Syscall): CallRecord {
    return makeRecord(call, 'child', (one) => this.#results.get(one));
  }

  #reached(): readonly Syscall[] {
    const silent = this.#silent();
    const stopped = this.#calls.findIndex((call, i) => {
      const result = this.#results.get(call);
      return result === undefined ? i < silent || i === this.#calls.length - 1 : result < call.min;
    });
    return this.#calls.slice(0, stopped + 1);
  }
}

/** The calls that all lists share are made and encoded once. */
const known = once((name: string) => {
  const file = housekeeping(programFile(name));
  const rest = [seal(file), execveat(file, '', [name], [], AT_EMPTY_PATH)].map(housekeeping);
  return { file, write: (program: Buffer) => housekeeping(writeProgram(file, program)), rest };
});
const closeOnExec = once((fd: number) => housekeeping(fcntl(fd, F_SETFD, FD_CLOEXEC)));
const keepOpen = once((fd: number) => housekeeping(fcntl(fd, F_SETFD, 0)));
