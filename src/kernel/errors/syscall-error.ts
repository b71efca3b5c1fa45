import type { CallRecord } from '../syscall.js';
import { errnoMeaning, errnoName } from './errno.js';
import { hintFor } from './errno-hints.js';

/** A system call that failed: which, with which arguments, the errno by name, what that usually means and what to do. */
export class SyscallError extends Error {
  override readonly name = 'SyscallError';
  /** `EPERM`. */
  readonly errno: string;
  readonly record: CallRecord;

  /** The calls of the list up to the one that failed. */
  readonly trace: readonly CallRecord[];

  constructor(record: CallRecord, trace: readonly CallRecord[] = [record]) {
    const { refused } = record;
    const number = refused?.errno ?? Number(-(record.result ?? 0n));
    const errno = number > 0 ? errnoName(number) : `result ${record.result}`;
    const meaning = number > 0 ? ` (${errnoMeaning(number)})` : '';
    const hint = refused
      ? refused.sentence && `the kernel says: ${refused.sentence}`
      : hintFor(record.call.name, errno);
    super(`${refused?.request ?? record.text} failed: ${errno}${meaning}${hint ? `: ${hint}` : ''}`);
    this.errno = errno;
    this.record = record;
    this.trace = trace;
  }
}
