import { libc } from './libc.js';
import { encode } from './list/encode.js';
import { syscallNumber } from './numbers.js';
import type { Syscall } from './syscall.js';

/** Makes one call in this process past the trace: for tslab's own pipes, masks and polling, which teach nothing. A negative errno, or the result. */
export function raw(one: Syscall): number {
  return Number(make(one));
}

/** Makes one call in this process. The kernel's own result. */
export function make(one: Syscall): bigint {
  const { registers, forwarded, copyOut } = encode(one);
  if (forwarded[0]) throw new RangeError(`${one.name} uses the result of ${forwarded[0][1].name}, but is in no list`);
  const result = libc().syscall(syscallNumber(one.name), registers);
  copyOut();
  return result;
}
