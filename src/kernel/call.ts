/** Makes the calls of tslab's own process. Each is recorded and checked; a failed one is explained. */
import { close, open, write } from './calls/index.js';
import { O_TRUNC, O_WRONLY } from './constants.js';
import { SyscallError } from './errors/syscall-error.js';
import { libc } from './libc.js';
import { encode } from './list/encode.js';
import { ENTRY_SIZE } from './machine-code/stub.js';
import { syscallNumber } from './numbers.js';
import { makeRecord, publish } from './recorder.js';
import type { Syscall } from './syscall.js';

/** Makes one call in this process. Returns its result: a negative errno if the call may fail; otherwise throws {@link SyscallError}. */
export function call(one: Syscall): number {
  const result = make(one);
  const record = () => makeRecord(one, 'tslab', () => result);
  publish(() => [record()]);
  if (result < one.min) throw new SyscallError(record());
  return Number(result);
}

/** Makes one call in this process without recording it: for tslab's own pipes, masks and polling. Returns the result, or a negative errno. */
export function callUntraced(one: Syscall): number {
  return Number(make(one));
}

function make(one: Syscall): bigint {
  const { memory, at, forwarded, copyOut } = encode(one);
  if (forwarded[0]) throw new RangeError(`${one.name} uses the result of ${forwarded[0][1].name}, but is in no list`);
  const result = libc().syscall(syscallNumber(one.name), memory.words, (at + ENTRY_SIZE) / 8);
  copyOut();
  return result;
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
