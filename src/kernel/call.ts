/** Makes the calls of tslab's own process. Each is recorded and checked; a failed one is explained. */
import { close, open, write } from './calls/index.js';
import { O_TRUNC, O_WRONLY } from './constants.js';
import { SyscallError } from './errors/syscall-error.js';
import { libc } from './libc.js';
import { Layout, Memory, sizeOf } from './list/encode.js';
import { ENTRY_SIZE } from './machine-code/stub.js';
import { syscallNumber } from './numbers.js';
import { makeRecord, publish } from './recorder.js';
import type { Syscall } from './syscall.js';

/**
 * Makes one call in this process. Returns its result: a negative errno if the call may fail; otherwise throws {@link SyscallError}, also
 * where it receives that an earlier one was refused.
 */
export function call(one: Syscall): number {
  const result = make(one);
  const record = () => makeRecord(one, 'tslab', () => result);
  publish(() => [record()]);
  if (result < one.min || one.answer?.refusal()) throw new SyscallError(record());
  return Number(result);
}

/** Makes one call in this process without recording it: for tslab's own pipes, masks and polling. Returns the result, or a negative errno. */
export function callUntraced(one: Syscall): number {
  return Number(make(one));
}

/** A call is an entry with its registers behind it, as in a list. */
function make(one: Syscall): bigint {
  const size = ENTRY_SIZE + sizeOf([one]);
  const memory = size > USUAL_SIZE ? new Memory(size) : usualMemory();
  memory.bytes.fill(0, 0, size);
  const layout = new Layout(memory, ENTRY_SIZE);
  layout.write(one, 0);
  const result = libc().syscall(syscallNumber(one.name), memory.words, ENTRY_SIZE / 8);
  layout.copyOut();
  return result;
}

const USUAL_SIZE = 4096;
let usual: Memory | undefined;

/** Each call takes it from the one before: nothing else runs while one is made. */
function usualMemory(): Memory {
  usual ??= new Memory(USUAL_SIZE);
  return usual;
}

/** Writes a text into a file that exists, as `echo text > path` does: open, write, close. Made for /proc and cgroup files. */
export function writeFile(path: string, text: string): void {
  const fd = call(open(path, O_WRONLY | O_TRUNC));
  try {
    call(write(fd, text));
  } finally {
    call(close(fd));
  }
}
